package ftf

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

var away = errorOfCall(status.Error(codes.Unavailable, "made up"), "")

// pauses are how long each attempt was waited for, until one was not.
func pauses(t *testing.T, attempts *attempts, failed error) []time.Duration {
	waited := []time.Duration{}
	for len(waited) < 100 {
		began := time.Now()
		if attempts.wait(t.Context(), failed) != nil {
			return waited
		}
		waited = append(waited, time.Since(began))
	}
	t.Fatal("there is no end to the attempts")
	return nil
}

func TestAServiceThatHasSaidNothingIsTriedLikeASingleCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		waited := pauses(t, newAttempts(Persistence{}.withDefaults()), away)
		if len(waited) != 3 || waited[0] != 200*time.Millisecond || waited[2] != 800*time.Millisecond {
			t.Errorf("waited for %v", waited)
		}
	})
}

func TestAServiceThatWasLostIsLookedForUntilThePatienceEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		attempts := newAttempts(Persistence{Patience: time.Minute, FirstPause: time.Second})
		attempts.heard()
		waited := pauses(t, attempts, away)
		total := time.Duration(0)
		for _, pause := range waited {
			total += pause
		}
		if waited[3] != 8*time.Second || waited[4] != longestPause || total <= time.Minute || total > 70*time.Second {
			t.Errorf("waited for %v", waited)
		}
		attempts.heard()
		if again := pauses(t, attempts, away); again[0] != time.Second {
			t.Errorf("after a word the pause was %s", again[0])
		}
	})
}

func TestAServiceThatIsFullIsWaitedForAsLongAsItSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		after := 42 * time.Second
		full := &Error{Kind: Overloaded, RetryAfter: &after}
		if waited := pauses(t, newAttempts(Persistence{}.withDefaults()), full); waited[0] != after {
			t.Errorf("waited for %v", waited)
		}
	})
}

func TestWhatDoesNotPassIsNotWaitedFor(t *testing.T) {
	attempts := newAttempts(Persistence{}.withDefaults())
	refused := &Error{Kind: Refused}
	if err := attempts.wait(t.Context(), refused); err != refused {
		t.Errorf("a refusal became %v", err)
	}
	if err := attempts.wait(t.Context(), callersError{away}); err != away {
		t.Errorf("the caller's own error became %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := attempts.wait(ended, away); !errors.Is(err, context.Canceled) {
		t.Errorf("after the context's end came %v", err)
	}
}
