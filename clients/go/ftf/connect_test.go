package ftf

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestPlainTextNeverLeavesThisMachine(t *testing.T) {
	for address, stays := range map[string]bool{
		"127.0.0.1:50051":            true,
		"127.9.9.9:1":                true,
		"[::1]:50051":                true,
		"localhost:50051":            true,
		"192.0.2.1:50051":            false,
		"[2001:db8::1]:50051":        false,
		"localhost.example:50051":    false,
		"127.0.0.1.example:50051":    false,
		"127.0.0.1":                  false,
		"passthrough:///192.0.2.1:1": false,
		"unix:/tmp/socket":           false,
		"":                           false,
	} {
		client, err := Connect(address, Options{})
		if stays {
			if err != nil {
				t.Errorf("%q: %v", address, err)
			} else if err := client.Close(); err != nil {
				t.Error(err)
			}
		} else if !errors.Is(err, ErrPlainText) {
			t.Errorf("%q was not refused: %v", address, err)
		}
	}
}

func TestAFileOfCertificatesThatHasNoneIsTold(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, files := range []TLS{{}, {Authority: empty, Certificate: empty, Key: empty}} {
		if _, err := Connect("resolver.example:443", Options{TLS: &files}); err == nil {
			t.Errorf("%+v was taken", files)
		}
	}
}
