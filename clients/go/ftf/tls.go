package ftf

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"

	"google.golang.org/grpc/credentials"
)

// TLS is the paths of PEM files.
type TLS struct {
	// Authority signed the server's certificate.
	Authority string
	// Certificate is this client's.
	Certificate string
	// Key is the certificate's private key.
	Key string
}

func (files *TLS) credentials() (credentials.TransportCredentials, error) {
	authority, err := os.ReadFile(files.Authority)
	if err != nil {
		return nil, err
	}
	trusted := x509.NewCertPool()
	if !trusted.AppendCertsFromPEM(authority) {
		return nil, fmt.Errorf("%s: has no certificate", files.Authority)
	}
	own, err := tls.LoadX509KeyPair(files.Certificate, files.Key)
	if err != nil {
		return nil, err
	}
	return credentials.NewTLS(&tls.Config{
		RootCAs:      trusted,
		Certificates: []tls.Certificate{own},
		MinVersion:   tls.VersionTLS12,
	}), nil
}
