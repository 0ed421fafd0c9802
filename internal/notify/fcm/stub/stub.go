package stub

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
)

// Project is the one that it serves.
const Project = "satchel-test"

// bodyMax bounds what is read of a request; FCM takes 4 KiB of payload.
const bodyMax = 16 << 10

// Answer is what one message is answered. The zero Answer takes it.
type Answer struct {
	Status     int // 0: 200
	RetryAfter string
	Body       string // "": of the reference, for a message that was taken
	Hang       bool   // the socket stays open, and nothing comes; until LetGo, which cuts it
	Cut        bool   // the socket ends without an answer: with Status 0 behind a message that was taken, else before it
}

// What the reference says of troubles, and of a proxy before it that says nothing.
var (
	Unavailable  = Answer{Status: http.StatusServiceUnavailable, Body: Trouble(http.StatusServiceUnavailable, "UNAVAILABLE", "UNAVAILABLE")}
	Unregistered = Answer{Status: http.StatusNotFound, Body: Trouble(http.StatusNotFound, "NOT_FOUND", "UNREGISTERED")}
	TooMany      = Answer{Status: http.StatusTooManyRequests, Body: Trouble(http.StatusTooManyRequests, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED")}
)

// Trouble is the body of an error; fcmCode "" leaves its detail out.
func Trouble(status int, code, fcmCode string) string {
	detail := ""
	if fcmCode != "" {
		detail = `{"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError","errorCode":"` + fcmCode + `"}`
	}
	return fmt.Sprintf(`{"error":{"code":%d,"message":"no","status":%q,"details":[%s]}}`, status, code, detail)
}

// Message is what the service reads of one.
type Message struct {
	Token string            `json:"token"`
	Data  map[string]string `json:"data"`
}

// Server is one that runs. Close it.
type Server struct {
	*httptest.Server
	closed  chan struct{}
	closing sync.Once
	letGo   chan struct{}
	letting sync.Once

	mu     sync.Mutex
	script func(Message) Answer
	asked  []string       // bodies, as they came
	auth   []string       // Authorization of each
	taken  map[string]int // token and id -> how often it was taken
}

// Start runs one that takes everything.
func Start() *Server {
	s := &Server{closed: make(chan struct{}), letGo: make(chan struct{}), taken: map[string]int{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/projects/{id}/messages:send", s.send)
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"access_token":"of-the-service-account","token_type":"Bearer","expires_in":3600}`)
	})
	s.Server = httptest.NewServer(mux)
	return s
}

// Close ends it, and lets go of those who wait. A second time does nothing.
func (s *Server) Close() {
	s.closing.Do(func() {
		close(s.closed)
		s.Server.Close()
	})
}

// LetGo cuts every socket that hangs, and those that would from now on.
func (s *Server) LetGo() { s.letting.Do(func() { close(s.letGo) }) }

// Answers takes another script; nil takes everything. It is called by many at once.
func (s *Server) Answers(script func(Message) Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.script = script
}

// Asked gives the bodies that came, in their order, and the Authorization of each.
func (s *Server) Asked() (bodies, auth []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked), slices.Clone(s.auth)
}

// Taken says how often each message was taken, by its token and the id in its data.
func (s *Server) Taken() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := make(map[string]int, len(s.taken))
	for k, v := range s.taken {
		taken[k] = v
	}
	return taken
}

func (s *Server) send(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, bodyMax))
	var asked struct {
		Message Message `json:"message"`
	}
	if err != nil || r.PathValue("id") != Project || json.Unmarshal(body, &asked) != nil {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	answer := s.decide(string(body), r.Header.Get("Authorization"), asked.Message)
	if answer.Hang {
		select {
		case <-r.Context().Done():
		case <-s.closed:
		case <-s.letGo:
			panic(http.ErrAbortHandler)
		}
		return
	}
	if answer.Cut {
		panic(http.ErrAbortHandler) // which net/http answers by cutting the socket
	}
	w.Header().Set("Content-Type", "application/json")
	if answer.RetryAfter != "" {
		w.Header().Set("Retry-After", answer.RetryAfter)
	}
	if answer.Status == 0 {
		answer.Status, answer.Body = http.StatusOK, `{"name":"projects/`+Project+`/messages/1"}`
	}
	w.WriteHeader(answer.Status)
	fmt.Fprint(w, answer.Body)
}

func (s *Server) decide(body, auth string, m Message) (answer Answer) {
	s.mu.Lock()
	s.asked, s.auth = append(s.asked, body), append(s.auth, auth)
	script := s.script
	s.mu.Unlock()
	if script != nil {
		answer = script(m)
	}
	if answer.Status == 0 && !answer.Hang {
		s.mu.Lock()
		s.taken[m.Token+" "+m.Data["id"]]++
		s.mu.Unlock()
	}
	return answer
}
