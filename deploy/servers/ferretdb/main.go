// A server that speaks MongoDB's wire protocol and keeps its data in PostgreSQL: FerretDB, used as a library.
//
// Settings come from the environment, not from arguments, because the PostgreSQL URL holds a password and
// arguments can be read by every user of the machine:
//
//	FERRETDB_LISTEN          address to listen on, such as 127.0.0.1:27017
//	FERRETDB_POSTGRESQL_URL  such as postgres://postgres:secret@127.0.0.1:5432/postgres
//	FERRETDB_CERT_FILE       with FERRETDB_KEY_FILE: speaks TLS, by this certificate
//	FERRETDB_CLIENT_CA_FILE  lets only clients in whose certificate this authority has issued
//	FERRETDB_USER            with FERRETDB_PASSWORD: lets only this user in
//
// It puts a socket into its working directory, and runs until SIGINT or SIGTERM.
package main

import (
	"context"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

// Relative, because the path of a socket may have no more than about a hundred characters.
const socket = "ferretdb.sock"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if err := run(ctx, logger); err != nil {
		logger.Error("FerretDB stopped", "error", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, logger *slog.Logger) error {
	listener, err := net.Listen("tcp", os.Getenv("FERRETDB_LISTEN"))
	if err != nil {
		return err
	}
	listener, err = secured(
		listener,
		os.Getenv("FERRETDB_CERT_FILE"), os.Getenv("FERRETDB_KEY_FILE"), os.Getenv("FERRETDB_CLIENT_CA_FILE"),
	)
	if err != nil {
		return err
	}
	guard, err := newGuard(os.Getenv("FERRETDB_USER"), os.Getenv("FERRETDB_PASSWORD"))
	if err != nil {
		return err
	}
	os.Remove(socket) // left by a process that was killed
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:      ferretdb.ListenerConfig{Unix: socket},
		Logger:        logger,
		Handler:       "postgresql",
		PostgreSQLURL: os.Getenv("FERRETDB_POSTGRESQL_URL"),
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	failed := make(chan error, 1)
	go func() {
		failed <- (&door{socket: socket, guard: guard}).serve(ctx, listener)
		cancel()
	}()
	if err := server.Run(ctx); err != nil {
		return err
	}
	return <-failed
}
