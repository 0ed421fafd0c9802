package server

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"satchel/internal/notify/smtp"
	"satchel/internal/notify/smtp/stub"
)

const (
	// mailChild is what this test binary, started again, needs to know to mail what is due.
	mailChild = "SATCHEL_MAIL_CHILD"
	// mailKillsFew is how often the plain `go test` kills; `make crash` does it twenty times.
	mailKillsFew, mailKillsMany = 3, 20
)

type mailing struct {
	Mail smtp.Options
	Now  int64
}

// mailUntilKilled is the child: it mails what is due, once.
func mailUntilKilled(folder string) error {
	var m mailing
	if err := json.Unmarshal([]byte(os.Getenv(mailChild)), &m); err != nil {
		return err
	}
	ctx := context.Background()
	c := configIn(folder)
	c.Mail, c.Now = m.Mail, func() time.Time { return time.UnixMilli(m.Now) }
	s, err := Open(ctx, c)
	if err != nil {
		return err
	}
	if err := s.followMail(ctx); err != nil {
		return err
	}
	return s.Close()
}

// TestTheMailIsKilledInTheMiddle kills a process again and again when the mail server has a letter and has not said so yet. Everybody is
// written to, and each kill doubles that one letter and no other, under the same id.
func TestTheMailIsKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	kills := mailKillsFew
	if os.Getenv(crashKills) != "" {
		kills = mailKillsMany
	}
	h := newOffice(t)
	h.waits(h.w.oncology, "red", true, false)
	for i := range kills + 2 {
		account, err := h.s.Identity().Seed().Staff(t.Context(), staffOf(fmt.Sprintf("nurse-%d", i)), h.w.oncology.ID)
		require.NoError(t, err)
		h.subscribes(account, fmt.Sprintf("nurse-%d@ward.example", i))
	}
	codes := len(h.server.Taken())
	require.NoError(t, h.s.Close())
	h.config.Mail.SendTime = time.Hour
	told, err := json.Marshal(mailing{h.config.Mail, morning.Add(2 * time.Hour).UnixMilli()})
	require.NoError(t, err)
	for killed := 0; killed <= kills; killed++ {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), crashChild+"="+filepath.Dir(h.config.Data), mailChild+"="+string(told))
		child.Stderr = os.Stderr
		taken, over, letters := make(chan struct{}), make(chan struct{}), 0
		h.server.Answers(stub.Answers{Taken: func(string) error {
			if letters++; letters == 2 && killed < kills { // the one that was doubled, and the next
				close(taken)
				<-over
			}
			return nil
		}})
		require.NoError(t, child.Start())
		ended := make(chan error, 1)
		go func() { ended <- child.Wait() }()
		select {
		case <-taken:
			require.NoError(t, child.Process.Signal(syscall.SIGKILL))
			require.Error(t, <-ended, "it was killed")
		case err := <-ended:
			require.NoError(t, err)
			require.Equal(t, kills, killed)
		}
		close(over)
	}
	times := map[string]int{}
	for _, letter := range h.server.Taken()[codes:] {
		times[letter.To+" "+letter.ID]++
	}
	require.Len(t, times, kills+2, "everybody, under one id")
	require.Len(t, h.server.Taken(), codes+kills+2+kills, "and each kill doubled one")
	for letter, n := range times {
		require.LessOrEqual(t, n, 2, letter)
	}
}
