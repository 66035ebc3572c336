package ftf

import (
	"context"
	"errors"
	"slices"
	"testing"

	resolutionv1 "github.com/ftf-resolution/clients/go/ftf/resolution/v1"
)

// memory keeps a cursor, and a handler's words with it.
type memory struct {
	cursor string
	words  []string
}

func (m *memory) Load(context.Context) (string, error) { return m.cursor, nil }

func (m *memory) Keep(_ context.Context, cursor string, handling func(*memory) error) error {
	written := &memory{cursor, slices.Clone(m.words)}
	if err := handling(written); err != nil {
		return err
	}
	*m = *written
	return nil
}

func note(_ context.Context, written *memory, decision *resolutionv1.Decision) error {
	written.words = append(written.words, decision.GetName())
	return nil
}

func TestAnErrorOfTheHandlerEndsTheFeedAndKeepsNothing(t *testing.T) {
	// Also one that would pass if the service had it.
	for _, broken := range []error{errors.New("made up"), away} {
		served, store := &server{}, &memory{}
		failing := func(ctx context.Context, written *memory, decision *resolutionv1.Decision) error {
			if decision.GetName() == "two" {
				return broken
			}
			return note(ctx, written, decision)
		}
		err := Follow(t.Context(), connected(t, served), store, nil, failing)
		if err != broken || store.cursor != "one" || !slices.Equal(store.words, []string{"one"}) || served.watched != 1 {
			t.Errorf("%v with %+v after %d calls", err, store, served.watched)
		}
	}
}

func TestTheHandlerStopsTheFeedAndItsDecisionIsKept(t *testing.T) {
	store := &memory{}
	stopping := func(ctx context.Context, written *memory, decision *resolutionv1.Decision) error {
		return errors.Join(ErrStop, note(ctx, written, decision))
	}
	if err := Follow(t.Context(), connected(t, &server{}), store, nil, stopping); err != nil || store.cursor != "one" {
		t.Errorf("%v with %+v", err, store)
	}
}

func TestAQuietFeedEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	store := &memory{}
	leaving := func(inner context.Context, written *memory, decision *resolutionv1.Decision) error {
		if decision.GetName() == "two" {
			cancel()
		}
		return note(inner, written, decision)
	}
	err := Follow(ctx, connected(t, &server{}), store, nil, leaving)
	if !errors.Is(err, context.Canceled) || store.cursor != "two" {
		t.Errorf("%v with %+v", err, store)
	}
}

func TestAConsumerAcknowledgesWhatItsStoreHasKept(t *testing.T) {
	served := &server{}
	request := &resolutionv1.WatchDecisionsRequest{Consumer: "consumers/desk", Holder: "one", StopAtEnd: true}
	if err := Follow(t.Context(), connected(t, served), &memory{}, request, note); err != nil {
		t.Fatal(err)
	}
	// The first at once, the last at the end, whatever came between.
	if !slices.Equal(served.acknowledged, []string{"one", "two"}) || request.GetCursor() != "" {
		t.Errorf("acknowledged %q for %v", served.acknowledged, request)
	}
}

func TestAnAcknowledgementThatIsRefusedIsTold(t *testing.T) {
	stopping := func(context.Context, *memory, *resolutionv1.Decision) error { return ErrStop }
	for _, handler := range []Handler[*memory]{note, stopping} {
		request := &resolutionv1.WatchDecisionsRequest{Consumer: "consumers/desk", Holder: "two", StopAtEnd: true}
		err := Follow(t.Context(), connected(t, &server{}), &memory{}, request, handler)
		if !errors.Is(err, PermissionDenied) {
			t.Errorf("it ended with %v", err)
		}
	}
}
