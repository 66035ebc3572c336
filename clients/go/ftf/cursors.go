package ftf

import "context"

// CursorStore keeps how far a follower has come: in the caller's own store, together with what the caller made of it. T
// is what a handler writes with, as *sql.Tx. What the handler stores and the cursor must become durable together, or not
// at all.
type CursorStore[T any] interface {
	// Load has the cursor that was kept last, to continue after; empty: from the beginning.
	Load(ctx context.Context) (string, error)
	// Keep runs the handling in a transaction that keeps the cursor with what it wrote. When the handling or the commit
	// fails, neither may remain, and Keep fails: then the decision comes again.
	Keep(ctx context.Context, cursor string, handling func(transaction T) error) error
}
