package ftf

import (
	"errors"
	"testing"
	"testing/synctest"
)

func TestRecordsWaitForCredit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		credit, taken := newCredit(), 0
		go func() {
			for {
				if flies, err := credit.take(2); err != nil || !flies {
					return
				}
				taken += 2
			}
		}()
		for _, step := range []struct{ most, acknowledged, taken int }{{5, 0, 4}, {5, 2, 6}, {8, 0, 10}, {2, 4, 10}, {2, 4, 12}} {
			credit.grant(step.most, step.acknowledged)
			synctest.Wait()
			if taken != step.taken {
				t.Fatalf("after %+v, %d were taken", step, taken)
			}
		}
		credit.close()
	})
}

func TestABatchThatNeverMayFlyIsTold(t *testing.T) {
	credit := newCredit()
	credit.grant(1, 0)
	_, err := credit.take(2)
	var large *BatchTooLargeError
	if !errors.As(err, &large) || large.Credit != 1 || large.Records != 2 {
		t.Errorf("it was told %v", err)
	}
}
