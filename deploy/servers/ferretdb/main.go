// A server that speaks MongoDB's wire protocol and keeps its data in PostgreSQL: FerretDB, used as a library.
//
// Settings come from the environment, not from arguments, because the PostgreSQL URL holds a password and
// arguments can be read by every user of the machine:
//
//	FERRETDB_LISTEN          address to listen on, such as 127.0.0.1:27017
//	FERRETDB_POSTGRESQL_URL  such as postgres://postgres:secret@127.0.0.1:5432/postgres
//
// It runs until SIGINT or SIGTERM.
package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()

	logger := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:      ferretdb.ListenerConfig{TCP: os.Getenv("FERRETDB_LISTEN")},
		Logger:        logger,
		Handler:       "postgresql",
		PostgreSQLURL: os.Getenv("FERRETDB_POSTGRESQL_URL"),
	})
	if err != nil {
		logger.Error("FerretDB did not start", "error", err)
		os.Exit(1)
	}
	if err := server.Run(ctx); err != nil {
		logger.Error("FerretDB stopped", "error", err)
		os.Exit(1)
	}
}
