package ftf

import (
	"context"
	"iter"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Page is an answer of a list.
type Page interface {
	proto.Message
	GetNextPageToken() string
}

// ListRequest is a request for a list.
type ListRequest interface {
	proto.Message
	GetPageToken() string
}

// Pages reads a list page by page, from the request's own page token on, and ends with the first error; the request stays
// as it is.
//
//	for page, err := range ftf.Pages(ctx, client.Decisions.ListDecisions, &resolutionv1.ListDecisionsRequest{}) {
//		...
//	}
func Pages[Q ListRequest, P Page](
	ctx context.Context, method func(context.Context, Q, ...grpc.CallOption) (P, error), request Q,
) iter.Seq2[P, error] {
	return func(yield func(P, error) bool) {
		asked := proto.CloneOf(request)
		for {
			page, err := method(ctx, asked)
			if !yield(page, err) || err != nil || page.GetNextPageToken() == "" {
				return
			}
			message := asked.ProtoReflect()
			field := message.Descriptor().Fields().ByName("page_token")
			message.Set(field, protoreflect.ValueOfString(page.GetNextPageToken()))
		}
	}
}
