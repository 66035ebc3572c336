package ftf

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// calls stands between the generated clients and the connection, and adds what every call carries: metadata, a deadline,
// a request id, patience with a service that is full, typed errors.
type calls struct {
	connection    grpc.ClientConnInterface
	address       string
	purpose       string
	caseReference string
	timeout       time.Duration
}

// Invoke makes a unary call, and comes again when a full service says when. Its error is an *Error.
func (c calls) Invoke(ctx context.Context, method string, request, answer any, options ...grpc.CallOption) error {
	ctx = c.withMetadata(ctx)
	if _, set := ctx.Deadline(); !set {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.timeout)
		defer cancel()
	}
	request = withRequestID(request)
	for attempt := 1; ; attempt++ {
		failed := errorOfCall(c.connection.Invoke(ctx, method, request, answer, options...), c.address)
		if failed == nil {
			return nil
		}
		if failed.Kind != Overloaded || failed.RetryAfter == nil || attempt == maxAttempts {
			return failed
		}
		if deadline, _ := ctx.Deadline(); time.Until(deadline) <= *failed.RetryAfter {
			return failed
		}
		if sleep(ctx, *failed.RetryAfter) != nil {
			return failed
		}
	}
}

// NewStream begins a stream. Its errors, but for io.EOF, are *Error.
func (c calls) NewStream(
	ctx context.Context, description *grpc.StreamDesc, method string, options ...grpc.CallOption,
) (grpc.ClientStream, error) {
	opened, err := c.connection.NewStream(c.withMetadata(ctx), description, method, options...)
	if err != nil {
		return nil, errorOfCall(err, c.address)
	}
	return stream{opened, c.address}, nil
}

// withMetadata adds purpose and case reference, unless the call brings its own.
func (c calls) withMetadata(ctx context.Context) context.Context {
	own, _ := metadata.FromOutgoingContext(ctx)
	for key, value := range map[string]string{"x-purpose": c.purpose, "x-case-reference": c.caseReference} {
		if len(own.Get(key)) == 0 {
			ctx = metadata.AppendToOutgoingContext(ctx, key, value)
		}
	}
	return ctx
}

// stream has typed errors.
type stream struct {
	grpc.ClientStream
	address string
}

func (s stream) RecvMsg(message any) error { return s.typed(s.ClientStream.RecvMsg(message)) }

func (s stream) SendMsg(message any) error { return s.typed(s.ClientStream.SendMsg(message)) }

func (s stream) CloseSend() error { return s.typed(s.ClientStream.CloseSend()) }

func (s stream) Header() (metadata.MD, error) {
	header, err := s.ClientStream.Header()
	return header, s.typed(err)
}

func (s stream) typed(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return errorOfCall(err, s.address)
}

// withRequestID is a write with a UUID, so that it may be repeated; another request, or one that has its own, as it is.
func withRequestID(request any) any {
	message, ok := request.(proto.Message)
	if !ok {
		return request
	}
	field := message.ProtoReflect().Descriptor().Fields().ByName("request_id")
	if field == nil || message.ProtoReflect().Has(field) {
		return request
	}
	named := proto.Clone(message)
	named.ProtoReflect().Set(field, protoreflect.ValueOfString(uuid.NewString()))
	return named
}

// sleep waits; its error is that of the context when that ends before.
func sleep(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
