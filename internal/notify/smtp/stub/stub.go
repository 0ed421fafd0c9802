package stub

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/mail"
	"slices"
	"sync"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// letterMax bounds what is taken of a letter.
const letterMax = 64 << 10

// The name and the password with which a server that asks for one is content.
const Name, Password = "satchel", "a synthetic password"

// Answers are what a server says; a nil function agrees.
type Answers struct {
	Connection func() error
	Sender     func(from string) error
	Recipient  func(to string) error
	Letter     func(to string) error // after it has come; nil: it is taken
	Taken      func(to string) error // when it is taken already: what the client hears of it
}

// No is a reply of three digits with an enhanced code, as in 550 and 5, 1, 1.
func No(code int, enhanced ...int) error {
	e := &smtp.SMTPError{Code: code, EnhancedCode: smtp.NoEnhancedCode, Message: "no, of a stub"}
	if len(enhanced) == 3 {
		e.EnhancedCode = smtp.EnhancedCode{enhanced[0], enhanced[1], enhanced[2]}
	}
	return e
}

// Letter is one that was taken.
type Letter struct {
	From, To  string // of the envelope
	Encrypted bool
	SignedIn  bool
	Raw       []byte
	ID        string // Message-ID
	Subject   string
	Body      string
}

// Options say how a server listens.
type Options struct {
	TLS *tls.Config // nil: it has none
	// Implicit encrypts from the first byte; else a client has to ask by STARTTLS.
	Implicit bool
	// Password makes it take letters from those alone who sign in.
	Password bool
	Address  string // "": any port of 127.0.0.1
}

// Server is one that runs. Close it.
type Server struct {
	Host string
	Port int

	options  Options
	server   *smtp.Server
	listener net.Listener
	ended    chan struct{}

	mu      sync.Mutex
	answers Answers
	asked   int
	taken   []Letter
}

// Start listens and serves.
func Start(o Options) (*Server, error) {
	if o.Address == "" {
		o.Address = "127.0.0.1:0"
	}
	listener, err := net.Listen("tcp", o.Address)
	if err != nil {
		return nil, err
	}
	at := listener.Addr().(*net.TCPAddr)
	s := &Server{Host: "127.0.0.1", Port: at.Port, options: o, listener: listener, ended: make(chan struct{})}
	s.server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		if err := s.answersNow(func(a *Answers) { s.asked++ }).connection(); err != nil {
			return nil, err
		}
		return &session{server: s, conn: c}, nil
	}))
	s.server.Domain, s.server.MaxMessageBytes, s.server.ErrorLog = "localhost", letterMax, log.New(io.Discard, "", 0)
	if o.TLS != nil && !o.Implicit {
		s.server.TLSConfig = o.TLS
	}
	serving := listener
	if o.TLS != nil && o.Implicit {
		serving = tls.NewListener(listener, o.TLS)
	}
	go func() {
		defer close(s.ended)
		_ = s.server.Serve(serving)
	}()
	return s, nil
}

// Close ends it, with whatever is under way.
func (s *Server) Close() {
	_ = s.server.Close()
	_ = s.listener.Close() // for one that was closed before it began to serve
	<-s.ended
}

// Answers sets what it says from now on.
func (s *Server) Answers(a Answers) { s.answersNow(func(now *Answers) { *now = a }) }

func (s *Server) answersNow(change func(*Answers)) *Answers {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.answers)
	now := s.answers
	return &now
}

// Asked is how many connections were greeted.
func (s *Server) Asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// Taken are the letters that it took.
func (s *Server) Taken() []Letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.taken)
}

func (a *Answers) connection() error {
	if a.Connection == nil {
		return nil
	}
	return a.Connection()
}

func ask(answer func(string) error, about string) error {
	if answer == nil {
		return nil
	}
	return answer(about)
}

// session is one connection, from its greeting on.
type session struct {
	server   *Server
	conn     *smtp.Conn
	signedIn bool
	from, to string
}

// AuthMechanisms implements smtp.AuthSession.
func (s *session) AuthMechanisms() []string {
	if !s.server.options.Password {
		return nil
	}
	return []string{sasl.Plain}
}

// Auth implements smtp.AuthSession.
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, name, password string) error {
		if name != Name || password != Password {
			return smtp.ErrAuthFailed
		}
		s.signedIn = true
		return nil
	}), nil
}

// Mail implements smtp.Session.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.server.options.Password && !s.signedIn {
		return smtp.ErrAuthRequired
	}
	s.from = from
	return ask(s.server.answersNow(func(*Answers) {}).Sender, from)
}

// Rcpt implements smtp.Session.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return ask(s.server.answersNow(func(*Answers) {}).Recipient, to)
}

// Data implements smtp.Session.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	answers := s.server.answersNow(func(*Answers) {})
	if err := ask(answers.Letter, s.to); err != nil {
		return err
	}
	read, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return fmt.Errorf("a letter that cannot be read: %w", err)
	}
	body, err := io.ReadAll(read.Body)
	if err != nil {
		return err
	}
	_, encrypted := s.conn.TLSConnectionState()
	letter := Letter{From: s.from, To: s.to, Encrypted: encrypted, SignedIn: s.signedIn, Raw: raw, ID: read.Header.Get("Message-ID"), Subject: read.Header.Get("Subject"), Body: string(body)}
	s.server.mu.Lock()
	s.server.taken = append(s.server.taken, letter)
	s.server.mu.Unlock()
	return ask(answers.Taken, s.to)
}

// Reset implements smtp.Session.
func (s *session) Reset() { s.from, s.to = "", "" }

// Logout implements smtp.Session.
func (s *session) Logout() error { return nil }
