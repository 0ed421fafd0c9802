package server

import (
	"context"
	"time"

	"satchel/internal/care"
	"satchel/internal/fault"
	"satchel/internal/notify"
	syncing "satchel/sync"
)

// noticeFresh is how long a notice rings for somebody whom this process never told anything: after a start it does not know who was told.
const noticeFresh = time.Hour

// calls says who is woken, and for what: to pull, or because somebody asks something of them. What only informs rings nobody.
func (w *waker) calls(ctx context.Context, record syncing.RecordID, seen map[syncing.AccountID]syncing.Rev, top syncing.Rev) (map[notify.Kind][]syncing.AccountID, error) {
	calls := map[notify.Kind][]syncing.AccountID{}
	for account, head := range seen {
		key := toldKey{account, record}
		_, known := w.told[key]
		news := w.news(key, head, top)
		if known && !news {
			continue
		}
		kind, err := w.kindFor(ctx, account, record, top)
		if err != nil {
			return nil, err
		}
		if !news && kind != notify.Action { // of an account that was never told anything: what is for it alone need not be the latest change
			continue
		}
		calls[kind] = append(calls[kind], account)
	}
	return calls, nil
}

// kindFor looks for a message that asks something of the account, or of a team of theirs, that nobody has opened, and for a notice for
// them, that the account was not told of. Each rings once: what happens to it later is news like any other.
func (w *waker) kindFor(ctx context.Context, account syncing.AccountID, record syncing.RecordID, top syncing.Rev) (notify.Kind, error) {
	kind := notify.Sync
	who, ok, err := w.identity.Principal(ctx, account)
	if err != nil || !ok {
		return kind, err
	}
	before, known := w.told[toldKey{account, record}]
	err = w.engine.Read(ctx, who, record, func(scope syncing.Scope, reader syncing.Reader) error {
		me := care.Onlooker{Record: record, Account: account, Owner: scope.Owner()}
		notices, err := reader.Documents(care.NoticeType)
		if err != nil {
			return err
		}
		for _, notice := range notices {
			fresh := known && notice.Rev() > before || !known && care.NoticedSince(notice, w.now()-noticeFresh.Milliseconds())
			if fresh && care.Notified(notice, me, scope.Teams()) && (len(scope.Teams()) > 0 || !care.Quiet(notice.Text("category"))) {
				kind = notify.Action
			}
		}
		receipts, err := reader.Documents(care.ReceiptType)
		if err != nil {
			return err
		}
		for _, receipt := range receipts {
			if !care.Calls(receipt, me, scope.Teams()) {
				continue
			}
			message, err := reader.Document(syncing.DocID(receipt.Text("message")))
			if err != nil {
				return err
			}
			if known && message.Rev() > before || !known && receipt.Rev() == top {
				kind = notify.Action
			}
		}
		return nil
	})
	if fault.Is(err, fault.NotFound) { // the access ended meanwhile
		err = nil
	}
	return kind, err
}
