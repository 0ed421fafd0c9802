// Package beside puts the model of a store beside a store, and compares whatever both are asked.
package beside
