package ftf

import (
	"context"
	"errors"
	"iter"
	"testing"

	resolutionv1 "github.com/ftf-resolution/clients/go/ftf/resolution/v1"
)

// sent is how many batches were acknowledged before the stream ended.
func sent(ctx context.Context, client *Client, batches iter.Seq2[Batch, error]) (int, error) {
	acknowledged := 0
	for _, err := range Send(ctx, client, "stream", batches) {
		if err != nil {
			return acknowledged, err
		}
		acknowledged++
	}
	return acknowledged, nil
}

func TestMoreIsSentThanTheCreditHoldsAtOnce(t *testing.T) {
	acknowledged, err := sent(t.Context(), connected(t, &server{credit: 3}), Batched(Records(people(100)), 2, 1))
	if acknowledged != 50 || err != nil {
		t.Errorf("%d acknowledged, then %v", acknowledged, err)
	}
}

func TestABatchThatTheServiceNeverTakesEndsTheStream(t *testing.T) {
	batches := func(yield func(Batch, error) bool) {
		_ = yield(Batch{1, people(1)}, nil) && yield(Batch{2, people(2)}, nil)
	}
	acknowledged, err := sent(t.Context(), connected(t, &server{credit: 1}), batches)
	var large *BatchTooLargeError
	if acknowledged != 1 || !errors.As(err, &large) {
		t.Errorf("%d acknowledged, then %v", acknowledged, err)
	}
}

func TestAnErrorOfTheBatchesEndsTheStreamAfterTheOnesBefore(t *testing.T) {
	// Also one that would pass if the service had it.
	for _, broken := range []error{errors.New("made up"), away} {
		batches := func(yield func(Batch, error) bool) {
			_ = yield(Batch{1, people(1)}, nil) && yield(Batch{}, broken)
		}
		acknowledged, err := sent(t.Context(), connected(t, &server{credit: 9}), batches)
		if acknowledged != 1 || err != broken {
			t.Errorf("%d acknowledged, then %v", acknowledged, err)
		}
	}
}

func TestARecordThatCannotBeSentEndsTheStream(t *testing.T) {
	unreadable := []*resolutionv1.Record{{Name: "\xff"}}
	_, err := sent(t.Context(), connected(t, &server{credit: 9}), Batched(Records(unreadable), 1, 1))
	if !errors.Is(err, Internal) {
		t.Errorf("it ended with %v", err)
	}
}

func TestWhoLeavesTheLoopEndsTheStream(t *testing.T) {
	client := connected(t, &server{credit: 1})
	stopped := make(chan struct{})
	endless := func(yield func(Batch, error) bool) {
		defer close(stopped)
		for sequence := int64(1); yield(Batch{sequence, people(1)}, nil); sequence++ {
		}
	}
	for batch, err := range Send(t.Context(), client, "stream", endless) {
		if err != nil {
			t.Fatal(err)
		}
		if batch.Sequence == 3 {
			break
		}
	}
	<-stopped
}

func TestAStreamWithoutAnEndEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	quiet := func(yield func(Batch, error) bool) {
		cancel()
		<-ctx.Done()
	}
	if _, err := sent(ctx, connected(t, &server{credit: 1}), quiet); !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
}
