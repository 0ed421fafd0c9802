package smtp

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	netmail "net/mail"
	"net/netip"
	"os"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"satchel/internal/fault"
	"satchel/internal/notify"
)

// sendTime is what one letter may take, from the first packet to the last.
const sendTime = 15 * time.Second

// How a connection is secured.
const (
	StartTLS = "starttls" // encrypted before anything is said; usually port 587
	TLS      = "tls"      // encrypted from the first byte; usually port 465
	None     = "none"     // for a mail server on this machine alone
)

// Options say how letters go. Host, Port, From and Security are required.
type Options struct {
	Host     string
	Port     int
	From     string // the address that letters come from; its domain names this server in a greeting and in Message-IDs
	Security string
	// CredentialsFile holds a name on its first line and a password on its second; "": the server takes letters without.
	CredentialsFile string
	// CAFile holds certificates (PEM) by which the server's is checked, in place of those of the machine.
	CAFile string
	// SendTime is what one letter may take; 0: 15 s.
	SendTime time.Duration
}

// Sender sends letters. It is safe for concurrent use; each letter has a connection of its own.
type Sender struct {
	options        Options
	domain         string
	name, password string
	roots          *x509.CertPool
}

// New makes a sender. It reads the files and reaches nobody. Fault: Invalid.
func New(o Options) (*Sender, error) {
	s := &Sender{options: o}
	if s.options.SendTime == 0 {
		s.options.SendTime = sendTime
	}
	from, err := netmail.ParseAddress(o.From)
	if err != nil || from.Address != o.From {
		return nil, invalid(nil, "letters need an address that they come from")
	}
	s.domain = o.From[strings.LastIndexByte(o.From, '@')+1:]
	if o.Host == "" || o.Port <= 0 || o.Port > 65535 {
		return nil, invalid(nil, "a mail server is named by its host and port")
	}
	if err := s.secure(); err != nil {
		return nil, err
	}
	if o.CredentialsFile == "" {
		return s, nil
	}
	return s, s.readCredentials()
}

func invalid(cause error, why string) error {
	return fault.Wrap(errors.Join(errors.New(why), cause), fault.Invalid, "smtp.New", "E-mail cannot be sent with these settings.")
}

// secure checks how connections are to be secured.
func (s *Sender) secure() error {
	o := s.options
	switch o.Security {
	case StartTLS, TLS:
	case None:
		if !loopback(o.Host) {
			return invalid(nil, "without TLS letters go to a mail server on this machine alone, such as 127.0.0.1")
		}
		if o.CredentialsFile != "" {
			return invalid(nil, "a password is not sent without TLS")
		}
	default:
		return invalid(nil, "a connection is secured by starttls or tls; none is for a mail server on this machine")
	}
	if o.CAFile == "" {
		return nil
	}
	content, err := os.ReadFile(o.CAFile)
	if err != nil {
		return invalid(err, "the file of certificates cannot be read")
	}
	if s.roots = x509.NewCertPool(); !s.roots.AppendCertsFromPEM(content) {
		return invalid(nil, "the file of certificates holds none")
	}
	return nil
}

// loopback: a name other than localhost may point anywhere by the time it is asked.
func loopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

func (s *Sender) readCredentials() error {
	content, err := os.ReadFile(s.options.CredentialsFile)
	if err != nil {
		return invalid(err, "the file of credentials cannot be read")
	}
	lines := bytes.Split(bytes.ReplaceAll(bytes.TrimRight(content, "\r\n"), []byte("\r\n"), []byte("\n")), []byte("\n"))
	if len(lines) != 2 || len(lines[0]) == 0 || len(lines[1]) == 0 {
		return invalid(nil, "the file of credentials holds a name on its first line and a password on its second")
	}
	s.name, s.password = string(lines[0]), string(lines[1])
	return nil
}

// Send hands one letter over. Sent: the server has it. Gone: it says that nobody is reached at this address. Refused: it will not have this
// letter. Waiting, without a fault: it will not have it now, and may take others. Waiting with a fault (Busy, or Internal where the settings
// are not right for it) is about the server, and trying another letter now is no use.
func (s *Sender) Send(ctx context.Context, l notify.Letter) (notify.Result, error) {
	message, err := s.message(l)
	if err != nil {
		return notify.Gone, nil // no such address can be written
	}
	ctx, cancel := context.WithTimeout(ctx, s.options.SendTime)
	defer cancel()
	var line connection
	defer line.close()
	client, err := s.client(&line)
	if err != nil {
		return notify.Waiting, trouble(stageSettings, 0, fault.Internal)
	}
	stop := context.AfterFunc(ctx, line.close) // whatever is being waited for
	defer stop()
	err = client.DialAndSendWithContext(ctx, message)
	if message.IsDelivered() { // a goodbye that failed takes nothing back
		return notify.Sent, nil
	}
	return judge(err)
}

func (s *Sender) message(l notify.Letter) (*mail.Msg, error) {
	m := mail.NewMsg(mail.WithCharset(mail.CharsetASCII), mail.WithEncoding(mail.EncodingUSASCII), mail.WithNoDefaultUserAgent())
	if err := errors.Join(m.From(s.options.From), m.To(l.To)); err != nil {
		return nil, err
	}
	m.Subject(l.Subject())
	m.SetMessageIDWithValue(l.ID + "@" + s.domain)
	m.SetDateWithValue(time.UnixMilli(l.At).UTC())
	m.SetBulk()
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody's absence note answers it
	m.SetBodyString(mail.TypeTextPlain, l.Body())
	return m, nil
}

func (s *Sender) client(line *connection) (*mail.Client, error) {
	o := s.options
	config := &tls.Config{ServerName: o.Host, RootCAs: s.roots, MinVersion: tls.VersionTLS12}
	policy, wrapped := mail.NoTLS, (*tls.Config)(nil)
	switch o.Security {
	case StartTLS:
		policy = mail.TLSMandatory
	case TLS:
		policy, wrapped = mail.TLSOpportunistic, config // it is encrypted before the library sees it
	}
	options := []mail.Option{
		mail.WithPort(o.Port), mail.WithHELO(s.domain), mail.WithTLSConfig(config), mail.WithTLSPolicy(policy), mail.WithTimeout(o.SendTime),
		mail.WithDialContextFunc(func(ctx context.Context, network, address string) (net.Conn, error) {
			return line.dial(ctx, address, wrapped)
		}),
		mail.WithoutNoop(), mail.WithoutSMTPUTF8(),
	}
	if s.name != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.name), mail.WithPassword(s.password))
	}
	return mail.NewClient(o.Host, options...)
}
