package ftf

import (
	"context"
	"errors"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/durationpb"
)

func TestEveryStatusHasAKind(t *testing.T) {
	internal := map[codes.Code]bool{codes.Unknown: true, codes.Internal: true, codes.DataLoss: true}
	for code := codes.Canceled; code <= codes.Unauthenticated; code++ {
		failed := ErrorOf(&statuspb.Status{Code: int32(code), Message: "made up"})
		if failed.Code != code || failed.Message != "made up" || failed.Reason != "" || failed.Violations != nil {
			t.Errorf("%s became %+v", code, failed)
		}
		if (failed.Kind == Internal) != internal[code] {
			t.Errorf("%s is %s", code, failed.Kind)
		}
		if status.Code(failed) != code {
			t.Errorf("%s is %s for gRPC", code, status.Code(failed))
		}
	}
}

func TestAStatusThatNoVersionOfGRPCKnowsIsStillAnError(t *testing.T) {
	if failed := ErrorOf(&statuspb.Status{Code: 99}); failed.Code != codes.Unknown || failed.Kind != Internal {
		t.Errorf("99 became %+v", failed)
	}
}

func TestAnErrorIsItsKindAndWhatTheContextCallsTheSame(t *testing.T) {
	cases := []struct {
		code   codes.Code
		target error
		is     bool
	}{
		{codes.Aborted, Conflict, true},
		{codes.Aborted, NotFound, false},
		{codes.Canceled, Cancelled, true},
		{codes.Canceled, context.Canceled, true},
		{codes.Canceled, context.DeadlineExceeded, false},
		{codes.DeadlineExceeded, context.DeadlineExceeded, true},
		{codes.Unavailable, context.DeadlineExceeded, false},
	}
	for _, each := range cases {
		if err := ErrorOf(&statuspb.Status{Code: int32(each.code)}); errors.Is(err, each.target) != each.is {
			t.Errorf("%s is %q: %v", each.code, each.target, !each.is)
		}
	}
}

func TestAnErrorPassesWhenTheServiceIsAwaySlowOrSaysWhenToComeAgain(t *testing.T) {
	retry, err := anypb.New(&errdetails.RetryInfo{RetryDelay: durationpb.New(1500 * time.Millisecond)})
	if err != nil {
		t.Fatal(err)
	}
	details := []*anypb.Any{{TypeUrl: "type.googleapis.com/ftf.resolution.v9.Unheard"}, retry}
	full := ErrorOf(&statuspb.Status{Code: int32(codes.ResourceExhausted), Details: details})
	if !full.Passes() || *full.RetryAfter != 1500*time.Millisecond {
		t.Errorf("a full service became %+v", full)
	}
	for code, passes := range map[codes.Code]bool{
		codes.Unavailable: true, codes.DeadlineExceeded: true, codes.ResourceExhausted: false, codes.Internal: false,
	} {
		if ErrorOf(&statuspb.Status{Code: int32(code)}).Passes() != passes {
			t.Errorf("%s passes: %v", code, !passes)
		}
	}
}
