package ftf

import (
	"iter"

	"google.golang.org/protobuf/proto"

	resolutionv1 "github.com/ftf-resolution/clients/go/ftf/resolution/v1"
)

// MaximumBytes is how much the records of one message may be: it must stay under the 4 MiB that the service takes; the
// rest is room for its frame.
const MaximumBytes = 3 << 20

// Batch is one message of a stream.
type Batch struct {
	// Sequence is its place in the stream, from 1, without gaps.
	Sequence int64
	// Records are at least one.
	Records []*resolutionv1.Record
}

// Records is a slice as a source for [Batched].
func Records(records []*resolutionv1.Record) iter.Seq2[*resolutionv1.Record, error] {
	return func(yield func(*resolutionv1.Record, error) bool) {
		for _, record := range records {
			if !yield(record, nil) {
				return
			}
		}
	}
}

// Batched puts records into batches of at most so many, and of at most [MaximumBytes], with sequences from the first one
// on. The same records always give the same batches. An error of the source follows the records before it.
func Batched(records iter.Seq2[*resolutionv1.Record, error], size int, firstSequence int64) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		batch, weight := Batch{Sequence: firstSequence}, 0
		for record, err := range records {
			if err != nil {
				if len(batch.Records) == 0 || yield(batch, nil) {
					yield(Batch{}, err)
				}
				return
			}
			added := proto.Size(record)
			if len(batch.Records) > 0 && (len(batch.Records) == size || weight+added > MaximumBytes) {
				if !yield(batch, nil) {
					return
				}
				batch, weight = Batch{Sequence: batch.Sequence + 1}, 0
			}
			batch.Records, weight = append(batch.Records, record), weight+added
		}
		if len(batch.Records) > 0 {
			yield(batch, nil)
		}
	}
}
