// Package stranger is a client of the sync protocol as somebody else would write it: in one test, with the standard library's HTTP and
// JSON, knowing PROTOCOL.md, the demo's demo.json and GET /v1/schema, and nothing of this program. What it cannot do with
// those three, no other client can.
package stranger
