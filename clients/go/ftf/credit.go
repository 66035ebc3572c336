package ftf

import (
	"fmt"
	"sync"
)

// BatchTooLargeError is a batch with more records than the service takes at once.
type BatchTooLargeError struct {
	// Records is how many the batch has.
	Records int
	// Credit is how many the service takes.
	Credit int
}

// Error says both numbers.
func (e *BatchTooLargeError) Error() string {
	return fmt.Sprintf("a batch has %d records, and the service takes %d at once", e.Records, e.Credit)
}

// credit is the server's word on how many records one call may have in flight. Closed, it lets nobody wait any longer.
type credit struct {
	lock     sync.Mutex
	changed  *sync.Cond
	given    bool
	most     int
	inFlight int
	closed   bool
}

func newCredit() *credit {
	c := &credit{}
	c.changed = sync.NewCond(&c.lock)
	return c
}

// grant takes the server's word, given with the acknowledgement of so many records.
func (c *credit) grant(most, acknowledged int) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.given, c.most, c.inFlight = true, most, c.inFlight-acknowledged
	c.changed.Broadcast()
}

// take waits until so many records more may fly; false when closed. It fails when they never may.
func (c *credit) take(records int) (bool, error) {
	c.lock.Lock()
	defer c.lock.Unlock()
	for !c.closed {
		if c.given && c.inFlight+records <= c.most {
			c.inFlight += records
			return true, nil
		}
		if c.given && c.inFlight == 0 {
			return false, &BatchTooLargeError{records, c.most}
		}
		c.changed.Wait()
	}
	return false, nil
}

// close ends all waiting.
func (c *credit) close() {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.closed = true
	c.changed.Broadcast()
}
