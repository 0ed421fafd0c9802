package satchel

import "embed"

// OpenAPI is the contract of the API, as it is served at /openapi.yaml.
//
//go:embed openapi.yaml
var OpenAPI []byte

// Vectors are single rules of the protocol with their answers, for clients and servers in any language.
//
//go:embed sync/testdata/vectors/*.json
var Vectors embed.FS

// Transcripts are stories of the protocol, as texts that are executed.
//
//go:embed sync/testdata/transcripts/*.txt
var Transcripts embed.FS
