package smtp

import (
	"errors"
	"fmt"
	"net/textproto"
	"slices"

	"github.com/wneessen/go-mail"

	"satchel/internal/fault"
	"satchel/internal/notify"
)

// Where in a conversation a server said no. The words stand in logs.
const (
	stageSettings  = "settings"
	stageGreeting  = "connection, encryption or sign-in"
	stageSender    = "MAIL FROM"
	stageRecipient = "RCPT TO"
	stageLetter    = "DATA"
)

// Replies of RFC 5321 that are told apart from others of their hundred.
const (
	replyClosing     = 421 // the server as a whole
	replySyntax      = 501 // no server writes to such an address
	replyMailbox     = 550
	replyNotLocal    = 551
	replyMailboxName = 553
)

// trouble is a fault about the server itself. Its cause is a stage and a number: a server's words may hold an address.
func trouble(stage string, reply int, code fault.Code) error {
	return fault.Wrap(fmt.Errorf("%s: reply %d", stage, reply), code, "smtp.Send", "The mail server does not take letters just now.")
}

// judge says what became of a letter that was not delivered.
func judge(err error) (notify.Result, error) {
	var failed *mail.SendError
	if !errors.As(err, &failed) {
		reply, code := 0, fault.Busy
		var said *textproto.Error
		if errors.As(err, &said) {
			if reply = said.Code; reply >= 500 {
				code = fault.Internal // a wrong password, a name that it does not like: waiting does not mend it, an operator does
			}
		}
		return notify.Waiting, trouble(stageGreeting, reply, code)
	}
	reply := failed.ErrorCode()
	stage, aboutServer := stageOf(failed.Reason)
	switch {
	case reply < 400, reply == replyClosing:
		return notify.Waiting, trouble(stage, reply, fault.Busy)
	case aboutServer && reply < 500:
		return notify.Waiting, trouble(stage, reply, fault.Busy)
	case aboutServer:
		return notify.Waiting, trouble(stage, reply, fault.Internal)
	case reply < 500:
		return notify.Waiting, nil
	case stage == stageLetter:
		return notify.Refused, nil
	case nobodyThere(reply, failed.EnhancedStatusCode()):
		return notify.Gone, nil
	}
	return notify.Waiting, nil // a rule of the server's that an operator may have to change, such as one about relaying
}

func stageOf(reason mail.SendErrReason) (stage string, aboutServer bool) {
	switch reason {
	case mail.ErrSMTPRcptTo:
		return stageRecipient, false
	case mail.ErrSMTPData, mail.ErrSMTPDataClose, mail.ErrWriteContent:
		return stageLetter, false
	case mail.ErrSMTPMailFrom:
		return stageSender, true
	}
	return stageGreeting, true
}

// mailboxes are the enhanced codes (RFC 3463) that are about whom a letter is for, and not about who sends it.
var mailboxes = []string{"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"}

// nobodyThere reports whether an answer is about the address and not about us: by its enhanced code where the server gives one that says
// something, else by its number.
func nobodyThere(reply int, enhanced string) bool {
	if enhanced != "" && enhanced != "5.0.0" {
		return slices.Contains(mailboxes, enhanced)
	}
	return slices.Contains([]int{replySyntax, replyMailbox, replyNotLocal, replyMailboxName}, reply)
}
