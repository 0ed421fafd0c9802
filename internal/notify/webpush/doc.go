// Package webpush hands pushes to the services of browsers: encrypted for the one browser (RFC 8291), signed with the installation's VAPID
// key (RFC 8292), and to nobody but the services that browsers have. What a browser gave as its address is a web address that somebody else
// chose, so it is believed only if its host is one of a list, and nothing that such a service answers leads anywhere else.
package webpush
