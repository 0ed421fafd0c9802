package notify

// Channel is a way on which devices are reached. The numbers are part of stored keys: append, never renumber.
type Channel byte

const (
	// Phones are reached by one push service, whatever their make.
	Phones Channel = 1
	// Browsers are reached by their makers' services, each at the address that the browser gave. They must show what they are pushed, so
	// they are sent nothing that only asks to pull. Each service is a channel of its own, because one that is away, hangs or has enough says
	// nothing of the others; this one is Google's, and of those of whom nobody knows whose they are.
	Browsers  Channel = 2
	Mozilla   Channel = 3
	Apple     Channel = 4
	Microsoft Channel = 5
)

// BrowserPlatform is the platform under which a browser registers; its token is the JSON of its PushSubscription.
const BrowserPlatform = "web"

// ChannelOf says how a device of a platform is reached.
func ChannelOf(platform string) Channel {
	if platform == BrowserPlatform {
		return Browsers
	}
	return Phones
}
