package ftf

import "google.golang.org/grpc/codes"

// Kind is what sort of error a call ended with; errors.Is tells it:
//
//	if errors.Is(err, ftf.Conflict) { ... }
type Kind string

// The kinds of errors.
const (
	// InvalidInput: the request is wrong in the fields named; nothing was stored.
	InvalidInput Kind = "invalid input"
	// NotFound: there is no such thing.
	NotFound Kind = "not found"
	// AlreadyExists: it is there already.
	AlreadyExists Kind = "already exists"
	// Conflict: the resource is not in the version that was expected. Read again, then decide.
	Conflict Kind = "conflict"
	// Refused: what is asked for does not fit what is there; nothing was stored.
	Refused Kind = "refused"
	// Overloaded: the service has too much to do, or was asked for too much; nothing was stored.
	Overloaded Kind = "overloaded"
	// Unreachable: nobody answers. A wrong certificate looks like an absent service: TLS tells a client no more.
	Unreachable Kind = "unreachable"
	// DeadlineExceeded: the answer did not come in time; whether it was done is not known.
	DeadlineExceeded Kind = "deadline exceeded"
	// Unauthenticated: the certificate does not say who calls.
	Unauthenticated Kind = "unauthenticated"
	// PermissionDenied: the caller may not.
	PermissionDenied Kind = "permission denied"
	// Unsupported: the server is older than this client and does not know the method.
	Unsupported Kind = "unsupported"
	// Cancelled: the caller gave up.
	Cancelled Kind = "cancelled"
	// Internal: a fault of the service, or an answer that breaks the contract.
	Internal Kind = "internal"
)

// Error makes a kind a target of errors.Is.
func (kind Kind) Error() string { return string(kind) }

// kindOf has the kind of every status but OK; those of no kind of their own are Internal.
func kindOf(code codes.Code) Kind {
	switch code {
	case codes.InvalidArgument, codes.OutOfRange:
		return InvalidInput
	case codes.NotFound:
		return NotFound
	case codes.AlreadyExists:
		return AlreadyExists
	case codes.Aborted:
		return Conflict
	case codes.FailedPrecondition:
		return Refused
	case codes.ResourceExhausted:
		return Overloaded
	case codes.Unavailable:
		return Unreachable
	case codes.DeadlineExceeded:
		return DeadlineExceeded
	case codes.Unauthenticated:
		return Unauthenticated
	case codes.PermissionDenied:
		return PermissionDenied
	case codes.Unimplemented:
		return Unsupported
	case codes.Canceled:
		return Cancelled
	default:
		return Internal
	}
}
