package ftf

import (
	"slices"
	"testing"

	"google.golang.org/grpc/metadata"

	resolutionv1 "github.com/ftf-resolution/clients/go/ftf/resolution/v1"
)

func TestACallMayBeForAnotherCaseThanItsClient(t *testing.T) {
	served := &server{}
	client := connected(t, served)
	request := &resolutionv1.ResolveRecordRequest{}
	third := metadata.AppendToOutgoingContext(t.Context(), "x-case-reference", "a third")
	for _, call := range []func() error{
		func() error { _, err := client.Resolution.ResolveRecord(t.Context(), request); return err },
		func() error {
			_, err := client.ForCase("another", "locate").Resolution.ResolveRecord(t.Context(), request)
			return err
		},
		func() error { _, err := client.Resolution.ResolveRecord(third, request); return err },
	} {
		if err := call(); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(served.cases, []string{"identify test", "locate another", "identify a third"}) {
		t.Errorf("the calls carried %q", served.cases)
	}
}

func TestTheCallersRequestStaysAsItIs(t *testing.T) {
	served := &server{}
	client := connected(t, served)
	request, own := &resolutionv1.ResolveRecordRequest{}, &resolutionv1.ResolveRecordRequest{RequestId: "own"}
	for _, each := range []*resolutionv1.ResolveRecordRequest{request, request, own} {
		if _, err := client.Resolution.ResolveRecord(t.Context(), each); err != nil {
			t.Fatal(err)
		}
	}
	if request.GetRequestId() != "" {
		t.Errorf("the request has the id %s", request.GetRequestId())
	}
	ids := served.requestIDs
	if ids[0] == "" || ids[0] == ids[1] || ids[2] != "own" {
		t.Errorf("the ids are %q", ids)
	}
}
