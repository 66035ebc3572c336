package ftf

import (
	"context"
	"errors"
	"time"
)

const longestPause = 10 * time.Second

// attempts are those of one stream.
type attempts struct {
	persistence Persistence
	pause       time.Duration
	made        int
	heardAt     time.Time
}

func newAttempts(persistence Persistence) *attempts {
	return &attempts{persistence: persistence, pause: persistence.FirstPause, made: 1}
}

// heard notes a word of the service.
func (a *attempts) heard() {
	a.heardAt, a.pause = time.Now(), a.persistence.FirstPause
}

// callersError is what the caller's own code failed with. It is never waited over, also where it is an *Error.
type callersError struct{ cause error }

func (e callersError) Error() string { return e.cause.Error() }

// wait pauses before the next attempt. It fails with the given error when that does not pass or the patience is at its
// end, and with the context's when that has ended.
func (a *attempts) wait(ctx context.Context, err error) error {
	if own := (callersError{}); errors.As(err, &own) {
		return own.cause
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var failed *Error
	if !errors.As(err, &failed) || !failed.Passes() || a.atTheirEnd() {
		return err
	}
	a.made++
	pause := a.pause
	if failed.RetryAfter != nil {
		pause = *failed.RetryAfter
	} else {
		a.pause = min(2*a.pause, longestPause)
	}
	return sleep(ctx, pause)
}

func (a *attempts) atTheirEnd() bool {
	if a.heardAt.IsZero() {
		return a.made >= maxAttempts
	}
	return time.Since(a.heardAt) > a.persistence.Patience
}
