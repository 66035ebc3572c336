package ftf

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	resolutionv1 "github.com/ftf-resolution/clients/go/ftf/resolution/v1"
)

// server acknowledges what it gets and tells a feed of two decisions, over and over.
type server struct {
	resolutionv1.UnimplementedResolutionServiceServer
	resolutionv1.UnimplementedDecisionServiceServer

	credit int32

	lock         sync.Mutex
	cases        []string
	requestIDs   []string
	acknowledged []string
	watched      int
}

func (s *server) ResolveRecord(
	ctx context.Context, request *resolutionv1.ResolveRecordRequest,
) (*resolutionv1.Decision, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	carried, _ := metadata.FromIncomingContext(ctx)
	s.cases = append(s.cases, carried.Get("x-purpose")[0]+" "+carried.Get("x-case-reference")[0])
	s.requestIDs = append(s.requestIDs, request.GetRequestId())
	return &resolutionv1.Decision{}, nil
}

func (s *server) ResolveRecords(
	call grpc.BidiStreamingServer[resolutionv1.ResolveRecordsRequest, resolutionv1.ResolveRecordsResponse],
) error {
	if err := call.Send(&resolutionv1.ResolveRecordsResponse{Credit: s.credit}); err != nil {
		return err
	}
	for {
		request, err := call.Recv()
		if err != nil {
			// The client has sent all, or has gone.
			return nil
		}
		answer := &resolutionv1.ResolveRecordsResponse{Sequence: request.GetSequence(), Credit: s.credit}
		for range request.GetRecords() {
			answer.Results = append(answer.Results, &resolutionv1.ResolveRecordsResult{})
		}
		if err := call.Send(answer); err != nil {
			return err
		}
	}
}

func (s *server) WatchDecisions(
	request *resolutionv1.WatchDecisionsRequest, call grpc.ServerStreamingServer[resolutionv1.WatchDecisionsResponse],
) error {
	s.lock.Lock()
	s.watched++
	s.lock.Unlock()
	for _, cursor := range []string{"one", "two"} {
		answer := &resolutionv1.WatchDecisionsResponse{Decision: &resolutionv1.Decision{Name: cursor}, Cursor: cursor}
		if err := call.Send(answer); err != nil {
			return err
		}
	}
	if !request.GetStopAtEnd() {
		<-call.Context().Done()
	}
	return nil
}

func (s *server) AcknowledgeDecisions(
	_ context.Context, request *resolutionv1.AcknowledgeDecisionsRequest,
) (*resolutionv1.AcknowledgeDecisionsResponse, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if request.GetHolder() != "one" {
		return nil, status.Error(codes.PermissionDenied, "made up")
	}
	s.acknowledged = append(s.acknowledged, request.GetCursor())
	return &resolutionv1.AcknowledgeDecisionsResponse{}, nil
}

// connected serves on loopback until the test ends.
func connected(t *testing.T, served *server) *Client {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serving := grpc.NewServer()
	resolutionv1.RegisterResolutionServiceServer(serving, served)
	resolutionv1.RegisterDecisionServiceServer(serving, served)
	go func() { _ = serving.Serve(listener) }()
	t.Cleanup(serving.Stop)
	client, err := Connect(listener.Addr().String(), Options{
		Purpose: "identify", CaseReference: "test", Persistence: Persistence{FirstPause: time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}
