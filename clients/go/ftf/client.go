package ftf

import (
	"time"

	"cloud.google.com/go/longrunning/autogen/longrunningpb"
	"google.golang.org/grpc"

	resolutionv1 "github.com/ftf-resolution/clients/go/ftf/resolution/v1"
)

// Client is the generated clients of all services on one connection. It may be used by many goroutines at once.
type Client struct {
	// Resolution takes records in.
	Resolution resolutionv1.ResolutionServiceClient
	// Records gives records back.
	Records resolutionv1.RecordServiceClient
	// Identities shows identities.
	Identities resolutionv1.IdentityServiceClient
	// Explanations explains.
	Explanations resolutionv1.ExplanationServiceClient
	// Verdicts takes in what people decide.
	Verdicts resolutionv1.VerdictServiceClient
	// Reviews brings to people what the machine must not decide.
	Reviews resolutionv1.ReviewServiceClient
	// Decisions tells the feed; Follow follows it.
	Decisions resolutionv1.DecisionServiceClient
	// Consumers keeps who follows the feed, and what is outstanding.
	Consumers resolutionv1.ConsumerServiceClient
	// Backups copies the store.
	Backups resolutionv1.BackupServiceClient
	// Audit shows who did what, and why.
	Audit resolutionv1.AuditServiceClient
	// Models keeps the models that match weights are made with.
	Models resolutionv1.ModelServiceClient
	// Reresolution plans another model, policy or threshold, applies it, and rolls it back.
	Reresolution resolutionv1.ReresolutionServiceClient
	// Operations tells what became of long-running work.
	Operations longrunningpb.OperationsClient
	// Retention shows which records are due, and keeps one longer.
	Retention resolutionv1.RetentionServiceClient

	calls       calls
	persistence Persistence
	connection  *grpc.ClientConn
}

// Close ends the connection, and what is under way on it.
func (client *Client) Close() error { return client.connection.Close() }

// ForCase is the same connection for another case, and another purpose if one is given.
func (client *Client) ForCase(caseReference, purpose string) *Client {
	carried := client.calls
	carried.caseReference = caseReference
	if purpose != "" {
		carried.purpose = purpose
	}
	return newClient(carried, client.persistence, client.connection)
}

func newClient(carried calls, persistence Persistence, connection *grpc.ClientConn) *Client {
	return &Client{
		Resolution:   resolutionv1.NewResolutionServiceClient(carried),
		Records:      resolutionv1.NewRecordServiceClient(carried),
		Identities:   resolutionv1.NewIdentityServiceClient(carried),
		Explanations: resolutionv1.NewExplanationServiceClient(carried),
		Verdicts:     resolutionv1.NewVerdictServiceClient(carried),
		Reviews:      resolutionv1.NewReviewServiceClient(carried),
		Decisions:    resolutionv1.NewDecisionServiceClient(carried),
		Consumers:    resolutionv1.NewConsumerServiceClient(carried),
		Backups:      resolutionv1.NewBackupServiceClient(carried),
		Audit:        resolutionv1.NewAuditServiceClient(carried),
		Models:       resolutionv1.NewModelServiceClient(carried),
		Reresolution: resolutionv1.NewReresolutionServiceClient(carried),
		Operations:   longrunningpb.NewOperationsClient(carried),
		Retention:    resolutionv1.NewRetentionServiceClient(carried),
		calls:        carried,
		persistence:  persistence,
		connection:   connection,
	}
}

// Persistence is how long and how often a stream looks for a service that it has lost. One that has said a word is
// looked for until it has said nothing for Patience. One that has said nothing yet is given as many attempts as a single
// call, so that a wrong address or certificate is told soon.
type Persistence struct {
	// Patience is two minutes when it is zero.
	Patience time.Duration
	// FirstPause is the pause before the first new attempt, 200 ms when it is zero. It doubles up to ten seconds, begins
	// anew with every word, and is what the service asks for when it does.
	FirstPause time.Duration
}

func (persistence Persistence) withDefaults() Persistence {
	if persistence.Patience == 0 {
		persistence.Patience = 2 * time.Minute
	}
	if persistence.FirstPause == 0 {
		persistence.FirstPause = 200 * time.Millisecond
	}
	return persistence
}
