package ftf

import (
	"context"
	"io"
	"iter"
	"sync"
)

// window is the batches of a stream that were sent and are not acknowledged, and where further ones come from.
type window struct {
	source <-chan sourced
	lock   sync.Mutex
	sent   []Batch
}

type sourced struct {
	batch Batch
	err   error
}

// newWindow reads the batches in a goroutine that ends with the context, however long a connection is away meanwhile.
func newWindow(ctx context.Context, batches iter.Seq2[Batch, error]) *window {
	source := make(chan sourced)
	go func() {
		defer close(source)
		for batch, err := range batches {
			select {
			case source <- sourced{batch, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return &window{source: source}
}

// next is the batch after that sequence: one sent in an earlier call, or a new one. It fails with io.EOF at the end.
func (w *window) next(ctx context.Context, after int64) (Batch, error) {
	if batch, found := w.sentAfter(after); found {
		return batch, nil
	}
	select {
	case fresh, more := <-w.source:
		if !more {
			return Batch{}, io.EOF
		}
		if fresh.err != nil {
			return Batch{}, callersError{fresh.err}
		}
		w.lock.Lock()
		defer w.lock.Unlock()
		w.sent = append(w.sent, fresh.batch)
		return fresh.batch, nil
	case <-ctx.Done():
		return Batch{}, ctx.Err()
	}
}

func (w *window) sentAfter(sequence int64) (Batch, bool) {
	w.lock.Lock()
	defer w.lock.Unlock()
	for _, batch := range w.sent {
		if batch.Sequence > sequence {
			return batch, true
		}
	}
	return Batch{}, false
}

// acknowledge takes off the batch whose acknowledgement is due; false when it is another one.
func (w *window) acknowledge(sequence int64, results int) (Batch, bool) {
	w.lock.Lock()
	defer w.lock.Unlock()
	if len(w.sent) == 0 || w.sent[0].Sequence != sequence || len(w.sent[0].Records) != results {
		return Batch{}, false
	}
	due := w.sent[0]
	w.sent = w.sent[1:]
	return due, true
}

// waiting reports whether acknowledgements are due.
func (w *window) waiting() bool {
	w.lock.Lock()
	defer w.lock.Unlock()
	return len(w.sent) > 0
}
