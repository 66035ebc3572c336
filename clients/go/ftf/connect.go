package ftf

import (
	"fmt"
	"net"
	"net/netip"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
)

// Options are what [Connect] is told.
type Options struct {
	// Purpose is why personal data is read or written, one of the contract's purposes; sent with every call.
	Purpose string
	// CaseReference is the case that the calls belong to; sent with every call.
	CaseReference string
	// TLS is for mutual TLS. Nil is plain text, which never leaves this machine.
	TLS *TLS
	// Timeout is for unary calls whose context has no deadline, all attempts together; 30 seconds when it is zero.
	Timeout time.Duration
	// Persistence is how long Send and Follow look for a service that they have lost.
	Persistence Persistence
}

// Connect makes a client of the service at host:port; nothing is sent yet. It fails with ErrPlainText without TLS for an
// address that is not loopback, and when a file of TLS cannot be used.
func Connect(address string, options Options) (*Client, error) {
	transport, err := transportCredentials(address, options.TLS)
	if err != nil {
		return nil, err
	}
	connection, err := grpc.NewClient(
		"dns:///"+address,
		grpc.WithTransportCredentials(transport),
		grpc.WithDefaultServiceConfig(serviceConfig),
		// The policy is the one above, also where the domain name system has another.
		grpc.WithDisableServiceConfig(),
		// The service may have been restarted: look for it again soon.
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff: backoff.Config{
				BaseDelay: 200 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: 2 * time.Second,
			},
			MinConnectTimeout: 20 * time.Second,
		}),
		// A connection that broke without a word must not look like a quiet feed.
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: time.Minute, Timeout: 20 * time.Second}),
	)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", address, err)
	}
	timeout := options.Timeout
	if timeout == 0 {
		timeout = 30 * time.Second
	}
	carried := calls{connection, address, options.Purpose, options.CaseReference, timeout}
	return newClient(carried, options.Persistence.withDefaults(), connection), nil
}

func transportCredentials(address string, files *TLS) (credentials.TransportCredentials, error) {
	if files != nil {
		return files.credentials()
	}
	if !isLoopback(address) {
		return nil, fmt.Errorf("%s: %w", address, ErrPlainText)
	}
	return insecure.NewCredentials(), nil
}

func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	parsed, err := netip.ParseAddr(host)
	return err == nil && parsed.IsLoopback()
}
