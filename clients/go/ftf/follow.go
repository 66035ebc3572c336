package ftf

import (
	"context"
	"errors"
	"io"
	"time"

	"google.golang.org/protobuf/proto"

	resolutionv1 "github.com/ftf-resolution/clients/go/ftf/resolution/v1"
)

// ErrStop is what a handler returns to end [Follow] after the decision that it was given, which is kept.
var ErrStop = errors.New("stop following")

// acknowledgeEvery is the time between acknowledgements; what is left is acknowledged with the next heartbeat, and at
// the end.
const acknowledgeEvery = time.Second

// Handler makes something of a decision, in a transaction of the store.
type Handler[T any] func(ctx context.Context, transaction T, decision *resolutionv1.Decision) error

// Follow hands the decisions of the feed to the handler, in order and each exactly once, until the context ends or the
// handler returns ErrStop; with StopAtEnd in the request until those of now are out.
//
// The request has the filter, or the consumer and its holder, and may be nil; its cursor is the store's. Each decision is
// handled in a transaction of the store that also keeps its cursor. After a broken connection the feed goes on after the
// last cursor that was kept. For a consumer, what the store has kept is acknowledged: it was carried out.
//
// Follow fails with the error of the handler or the store, as it is, and the decision comes again; with the context's when
// that has ended; and with an *Error when the service refuses, says nothing at all, or stays away for longer than the client's
// Persistence allows. An expired or foreign cursor is told and never passed over.
func Follow[T any](
	ctx context.Context, client *Client, store CursorStore[T],
	request *resolutionv1.WatchDecisionsRequest, handler Handler[T],
) error {
	if request == nil {
		request = &resolutionv1.WatchDecisionsRequest{}
	}
	following := &following[T]{client: client, store: store, request: proto.CloneOf(request), handler: handler}
	attempts := newAttempts(client.persistence)
	for {
		err := following.oneCall(ctx, attempts)
		if err == nil || errors.Is(err, ErrStop) {
			return nil
		}
		if err = attempts.wait(ctx, err); err != nil {
			return err
		}
	}
}

// following is one feed, for one store.
type following[T any] struct {
	client        *Client
	store         CursorStore[T]
	request       *resolutionv1.WatchDecisionsRequest
	handler       Handler[T]
	acknowledged  string
	acknowledgeAt time.Time
}

// oneCall follows from the kept cursor to the end, which is nil, or to the handler's ErrStop.
func (f *following[T]) oneCall(ctx context.Context, attempts *attempts) error {
	cursor, err := f.store.Load(ctx)
	if err != nil {
		return callersError{err}
	}
	f.request.Cursor = cursor
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	call, err := f.client.Decisions.WatchDecisions(ctx, f.request)
	if err != nil {
		return err
	}
	for {
		answer, err := call.Recv()
		if errors.Is(err, io.EOF) {
			return f.acknowledge(ctx, cursor)
		}
		if err != nil {
			return err
		}
		attempts.heard()
		stop, err := f.keep(ctx, answer)
		if err != nil {
			return callersError{err}
		}
		cursor = answer.GetCursor()
		if stop {
			return f.left(ctx, cursor)
		}
		if !time.Now().Before(f.acknowledgeAt) {
			if err := f.acknowledge(ctx, cursor); err != nil {
				return err
			}
		}
	}
}

// keep hands a decision, if there is one, to the handler in the store's transaction; true when that was the last.
func (f *following[T]) keep(ctx context.Context, answer *resolutionv1.WatchDecisionsResponse) (bool, error) {
	stop := false
	err := f.store.Keep(ctx, answer.GetCursor(), func(transaction T) error {
		if answer.GetDecision() == nil {
			return nil
		}
		err := f.handler(ctx, transaction, answer.GetDecision())
		if errors.Is(err, ErrStop) {
			stop = true
			return nil
		}
		return err
	})
	return stop, err
}

// left acknowledges what was kept when the handler stops; there is no further call in which that could be done.
func (f *following[T]) left(ctx context.Context, cursor string) error {
	if err := f.acknowledge(ctx, cursor); err != nil {
		return callersError{err}
	}
	return ErrStop
}

func (f *following[T]) acknowledge(ctx context.Context, cursor string) error {
	if f.request.GetConsumer() == "" || cursor == "" || cursor == f.acknowledged {
		return nil
	}
	_, err := f.client.Decisions.AcknowledgeDecisions(ctx, &resolutionv1.AcknowledgeDecisionsRequest{
		Consumer: f.request.GetConsumer(), Holder: f.request.GetHolder(), Cursor: cursor,
	})
	if err != nil {
		return err
	}
	f.acknowledged, f.acknowledgeAt = cursor, time.Now().Add(acknowledgeEvery)
	return nil
}
