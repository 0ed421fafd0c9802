// Package oidc asks an OpenID provider who somebody is, by the authorization code flow with PKCE. It knows no account: identity says whose a
// subject is. It is the one place from which the provider is spoken to: what the provider answers is bounded in time and in size, and no
// redirect of it is followed.
package oidc
