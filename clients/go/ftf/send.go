package ftf

import (
	"context"
	"errors"
	"io"
	"iter"

	"google.golang.org/grpc"

	resolutionv1 "github.com/ftf-resolution/clients/go/ftf/resolution/v1"
)

// Acknowledged is a batch that is durable.
type Acknowledged struct {
	Batch
	// Results are one for each record, in their order.
	Results []*resolutionv1.ResolveRecordsResult
}

// Send streams batches over as many calls as it takes: several in flight within the service's credit, and after a broken
// connection again from the first that was not acknowledged. It gives each batch, in order, once it is durable, and ends
// with the first error:
//
//   - an *Error: the service refuses, says nothing at all, or stays away for longer than the client's Persistence allows.
//     What was acknowledged is stored; the stream may be sent on from the next batch.
//   - a *BatchTooLargeError: a batch has more records than the service takes at once.
//   - an error of the batches, when all before it are acknowledged.
//   - the context's when that has ended.
//
// streamID is a UUID; with the same batches under it, a stream may be sent again and nothing is doubled. The batches are
// read by another goroutine, one ahead; a read that is under way when the loop ends is not waited for.
func Send(
	ctx context.Context, client *Client, streamID string, batches iter.Seq2[Batch, error],
) iter.Seq2[Acknowledged, error] {
	return func(yield func(Acknowledged, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		sending := sending{client, streamID, newWindow(ctx, batches), newAttempts(client.persistence)}
		for {
			err := sending.oneCall(ctx, yield)
			if err == nil {
				return
			}
			if err = sending.attempts.wait(ctx, err); err != nil {
				yield(Acknowledged{}, err)
				return
			}
		}
	}
}

// sending is one stream.
type sending struct {
	client   *Client
	streamID string
	window   *window
	attempts *attempts
}

var errLeft = errors.New("the caller has left the loop")

// oneCall sends from the first batch that is not acknowledged, until all are or the caller leaves.
func (s sending) oneCall(ctx context.Context, yield func(Acknowledged, error) bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	call, err := s.client.Resolution.ResolveRecords(ctx)
	if err != nil {
		return err
	}
	credit, written := newCredit(), make(chan error, 1)
	go func() { written <- s.write(ctx, call, credit) }()
	err = s.read(call, credit, yield)
	credit.close()
	cancel()
	own := <-written
	switch {
	case errors.Is(err, errLeft):
		return nil
	case own != nil:
		// A stream that the caller's own side broke off may end in any way.
		return own
	case err != nil:
		return err
	case s.window.waiting():
		return brokenContract("the service ended the stream before it had acknowledged all", s.client.calls.address)
	}
	return nil
}

// read takes acknowledgements until the service ends the stream.
func (s sending) read(call records, credit *credit, yield func(Acknowledged, error) bool) error {
	for {
		answer, err := call.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		s.attempts.heard()
		if answer.GetSequence() == 0 {
			credit.grant(int(answer.GetCredit()), 0)
			continue
		}
		batch, due := s.window.acknowledge(answer.GetSequence(), len(answer.GetResults()))
		if !due {
			return brokenContract("the service acknowledged another message than the one due", s.client.calls.address)
		}
		credit.grant(int(answer.GetCredit()), len(batch.Records))
		if !yield(Acknowledged{batch, answer.GetResults()}, nil) {
			return errLeft
		}
	}
}

// write sends until the batches or the call end; its error is of the caller's own side. What was sent is still
// acknowledged then.
func (s sending) write(ctx context.Context, call records, credit *credit) error {
	for after := int64(0); ; {
		batch, err := s.window.next(ctx, after)
		if err != nil {
			return closed(call, err)
		}
		flies, err := credit.take(len(batch.Records))
		if err != nil {
			return closed(call, callersError{err})
		}
		if !flies {
			return nil
		}
		message := &resolutionv1.ResolveRecordsRequest{
			StreamId: s.streamID, Sequence: batch.Sequence, Records: batch.Records,
		}
		if err := call.Send(message); errors.Is(err, io.EOF) {
			// The call is over; why, is what the reader learns.
			return nil
		} else if err != nil {
			return callersError{err}
		}
		after = batch.Sequence
	}
}

type records = grpc.BidiStreamingClient[resolutionv1.ResolveRecordsRequest, resolutionv1.ResolveRecordsResponse]

// closed ends the messages of a call, and has the error if it is the caller's.
func closed(call records, err error) error {
	if own := (callersError{}); !errors.As(err, &own) {
		err = nil
	}
	// A call that is over already needs no end, and its error is the reader's.
	_ = call.CloseSend()
	return err
}
