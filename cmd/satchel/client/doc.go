// Package client speaks to a Satchel server over HTTP as a phone or a board does: it signs in, keeps its tokens fresh, and carries
// a replica's requests and answers. It is written against openapi.yaml and knows nothing of the server's inside.
package client
