package syncing

import (
	"cmp"
	"slices"
)

// A request that is small on its way may ask for much: 500 changes of one full document, or sixteen thousand that are held, made the
// server ask for half a gigabyte and kept everybody else from writing for seconds. So what a request will cost is estimated before it
// is done, in bytes that are asked for, and what goes beyond is left to the next request: those changes have no outcome, and the
// record is answered as busy. Of each record one change that is new is done, whatever it costs, so there is an end to it; and what was
// answered before is answered again.
const (
	// requestWorkMax is what the changes of one request may cost. Five hundred of a phone's usual ones stay below it.
	requestWorkMax = 24 << 20
	// What one change costs: by itself, for each byte, for each member and element; and for each field of the document it goes to.
	mutationWork = 32 << 10
	byteWork     = 48
	partWork     = 768
	fieldWork    = 512
)

var leftError = RecordError{
	Code: Busy, Detail: "This request brings more changes than are done at once. Send those again that have no outcome.", RetryAfterMs: busyRetry.Milliseconds(),
}

func workOf(m RawMutation) int { return mutationWork + byteWork*len(m.Raw) + partWork*partsOf(m.Raw) }

// offered is what one record's part brings, in order of n.
type offered struct {
	raw   []RawMutation
	read  []*Mutation // nil: not yet
	share int         // of the request's work
}

// offer divides the work of a request among its records. What will be done of it is read here, outside of any transaction, unless a
// client sends again what was answered.
func offer(req *Request) []*offered {
	list, costs, spent := make([]*offered, len(req.Records)), make([]int, len(req.Records)), 0
	for i := range req.Records {
		o := &offered{raw: slices.Clone(req.Records[i].Mutations)}
		slices.SortStableFunc(o.raw, func(a, b RawMutation) int { return cmp.Compare(a.N, b.N) })
		o.read = make([]*Mutation, len(o.raw))
		for j, raw := range o.raw {
			cost := workOf(raw)
			costs[i] += cost
			if spent += cost; spent <= requestWorkMax {
				o.read[j] = readMutation(raw)
			}
		}
		list[i] = o
	}
	for i, share := range divide(requestWorkMax, costs) {
		list[i].share = share
	}
	return list
}

// divide shares out work so that who asks for little gets all of it, and those who ask for much get as much as one another. What is
// left over goes to all who ask, for the documents may make a change dearer than it looks. Who asks for nothing gets nothing.
func divide(work int, costs []int) []int {
	shares, order := make([]int, len(costs)), make([]int, 0, len(costs))
	for i, cost := range costs {
		if cost > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(costs[a], costs[b]) })
	for at, i := range order {
		shares[i] = min(costs[i], work/(len(order)-at))
		work -= shares[i]
	}
	for _, i := range order {
		shares[i] += work / len(order)
	}
	return shares
}

// mutation gives one change as it was understood.
func (o *offered) mutation(i int) *Mutation {
	if o.read[i] == nil {
		o.read[i] = readMutation(o.raw[i])
	}
	return o.read[i]
}
