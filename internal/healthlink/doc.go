// Package healthlink keeps SMART Health Links: what a person shows to an emergency department that has no account here. The phone
// encrypts what a link carries; this room keeps the ciphertext and never sees the key, which travels in the link's fragment alone.
//
// A link is a secret of 256 bits, kept blinded; beside it lie a hash of the passcode, how many wrong ones it still bears in its life, when
// it ends, and who read it. All of it lies in the record's own rows, under the record's own key: erasing the record ends its links.
//
// link.go is what is kept; keep.go makes, lists and ends links for the person; open.go answers whoever holds one. A try is counted
// before its passcode is compared, so that a hundred at once cannot all be the last one; and what is unknown, ended, out of time or
// out of tries is answered alike, after the same work.
package healthlink
