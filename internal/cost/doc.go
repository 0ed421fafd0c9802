// Package cost holds a decoder to what one input may cost: time, and memory. Only tests and fuzz targets use it.
package cost
