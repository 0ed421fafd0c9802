package notify

// Channel is a way on which devices are reached. The numbers are part of stored keys: append, never renumber.
type Channel byte

// Phones are reached by one push service, whatever their make.
const Phones Channel = 1

// ChannelOf says how a device of a platform is reached.
func ChannelOf(string) Channel { return Phones }
