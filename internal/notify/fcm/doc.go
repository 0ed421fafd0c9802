// Package fcm sends pushes through Firebase Cloud Messaging, by Google's own client. It is the only folder that links it.
//
// What leaves is the payload of notify and the token it is for. Retries are not this room's: a push is a hint, and who calls
// decides whether to send it again.
package fcm
