package ftf

import (
	"errors"
	"slices"
	"strings"
	"testing"

	resolutionv1 "github.com/ftf-resolution/clients/go/ftf/resolution/v1"
)

func people(count int) []*resolutionv1.Record {
	made := make([]*resolutionv1.Record, count)
	for place := range made {
		made[place] = &resolutionv1.Record{Owner: &resolutionv1.Owner{Country: "FRA"}}
	}
	return made
}

func sizes(records []*resolutionv1.Record, size int) (found []int, sequences []int64) {
	for batch := range Batched(Records(records), size, 7) {
		found, sequences = append(found, len(batch.Records)), append(sequences, batch.Sequence)
	}
	return found, sequences
}

func TestBatchesKeepToBothLimits(t *testing.T) {
	found, sequences := sizes(people(5), 2)
	if !slices.Equal(found, []int{2, 2, 1}) || !slices.Equal(sequences, []int64{7, 8, 9}) {
		t.Errorf("sizes %v, sequences %v", found, sequences)
	}
	heavy := people(3)
	for _, record := range heavy {
		record.Owner.Authority = strings.Repeat("x", 2<<20)
	}
	if found, _ := sizes(heavy, 5); !slices.Equal(found, []int{1, 1, 1}) {
		t.Errorf("heavy records came in %v", found)
	}
	if found, _ := sizes(nil, 5); found != nil {
		t.Errorf("nothing came in %v", found)
	}
}

func TestAnErrorOfTheSourceFollowsTheRecordsBeforeIt(t *testing.T) {
	broken := errors.New("made up")
	source := func(yield func(*resolutionv1.Record, error) bool) {
		_ = yield(people(1)[0], nil) && yield(nil, broken)
	}
	records, failures := 0, []error{}
	for batch, err := range Batched(source, 5, 1) {
		if records += len(batch.Records); err != nil {
			failures = append(failures, err)
		}
	}
	if records != 1 || !slices.Equal(failures, []error{broken}) {
		t.Errorf("%d records, then %v", records, failures)
	}
}
