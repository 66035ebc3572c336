/** A connection to the service: mutual TLS, or plain text on this machine. */

import { readFileSync } from "node:fs";
import { BlockList, isIP } from "node:net";

import { type Client as ServiceClient, createClient, type Transport } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";

import { patientTransport } from "./calls.js";
import { PlainTextRefused } from "./errors.js";
import { AuditService } from "./gen/ftf/resolution/v1/audit_service_pb.js";
import { BackupService } from "./gen/ftf/resolution/v1/backup_service_pb.js";
import { ConsumerService } from "./gen/ftf/resolution/v1/consumer_service_pb.js";
import { DecisionService } from "./gen/ftf/resolution/v1/decision_service_pb.js";
import { ExplanationService } from "./gen/ftf/resolution/v1/explanation_service_pb.js";
import { IdentityService } from "./gen/ftf/resolution/v1/identity_service_pb.js";
import { ModelService } from "./gen/ftf/resolution/v1/model_service_pb.js";
import { RecordService } from "./gen/ftf/resolution/v1/record_service_pb.js";
import { ReresolutionService } from "./gen/ftf/resolution/v1/reresolution_service_pb.js";
import { ResolutionService } from "./gen/ftf/resolution/v1/resolution_service_pb.js";
import { RetentionService } from "./gen/ftf/resolution/v1/retention_service_pb.js";
import { ReviewService } from "./gen/ftf/resolution/v1/review_service_pb.js";
import { VerdictService } from "./gen/ftf/resolution/v1/verdict_service_pb.js";
import { Operations } from "./gen/google/longrunning/operations_pb.js";
import { DEFAULT_PERSISTENCE, type Persistence } from "./persistence.js";

/** Paths of PEM files: the authority that signed the server's certificate, and this client's certificate and key. */
export interface Tls {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** How a client calls. */
export interface ConnectOptions {
  /** Why personal data is read or written, one of the contract's purposes; sent with every call. */
  readonly purpose: string;
  /** The case that the calls belong to; sent with every call. */
  readonly caseReference: string;
  /** For mutual TLS. Without it the client speaks plain text, which never leaves this machine. */
  readonly tls?: Tls | undefined;
  /** Milliseconds for a unary call that does not state its own, all attempts together; 30 seconds by default. */
  readonly timeoutMs?: number | undefined;
  /** How long the sender and the follower look for a service that they have lost. */
  readonly persistence?: Persistence | undefined;
}

// A connection that broke without a word must not look like a quiet feed.
const KEEPALIVE = { pingIntervalMs: 60_000, pingTimeoutMs: 20_000 };

interface Connection {
  readonly address: string;
  readonly session: Http2SessionManager;
  readonly transport: Transport;
}

/** The generated clients of all services. Calls add what is missing, and throw `ServiceError`. */
export class Client {
  /** Takes records in. */
  readonly resolution: ServiceClient<typeof ResolutionService>;
  /** Gives records back. */
  readonly records: ServiceClient<typeof RecordService>;
  /** Shows identities. */
  readonly identities: ServiceClient<typeof IdentityService>;
  /** Explains. */
  readonly explanations: ServiceClient<typeof ExplanationService>;
  /** Takes in what people decide. */
  readonly verdicts: ServiceClient<typeof VerdictService>;
  /** Brings to people what the machine must not decide. */
  readonly reviews: ServiceClient<typeof ReviewService>;
  /** Tells the feed; `FeedFollower` follows it. */
  readonly decisions: ServiceClient<typeof DecisionService>;
  /** Keeps who follows the feed, and what is outstanding. */
  readonly consumers: ServiceClient<typeof ConsumerService>;
  /** Copies the store. */
  readonly backups: ServiceClient<typeof BackupService>;
  /** Shows who did what, and why. */
  readonly audit: ServiceClient<typeof AuditService>;
  /** Keeps the models that match weights are made with. */
  readonly models: ServiceClient<typeof ModelService>;
  /** Plans another model, policy or threshold, applies it, and rolls it back. */
  readonly reresolution: ServiceClient<typeof ReresolutionService>;
  /** Tells what became of long-running work. */
  readonly operations: ServiceClient<typeof Operations>;
  /** Shows which records are due, and keeps one longer. */
  readonly retention: ServiceClient<typeof RetentionService>;
  /** How long the sender and the follower look for a service that they have lost. */
  readonly persistence: Persistence;

  readonly #connection: Connection;
  readonly #options: ConnectOptions;

  /** Use `connect`. */
  constructor(connection: Connection, options: ConnectOptions) {
    this.#connection = connection;
    this.#options = options;
    this.persistence = options.persistence ?? DEFAULT_PERSISTENCE;
    const transport = patientTransport(connection.transport, {
      address: connection.address,
      metadata: { "x-purpose": options.purpose, "x-case-reference": options.caseReference },
      timeoutMs: options.timeoutMs ?? 30_000,
    });
    this.resolution = createClient(ResolutionService, transport);
    this.records = createClient(RecordService, transport);
    this.identities = createClient(IdentityService, transport);
    this.explanations = createClient(ExplanationService, transport);
    this.verdicts = createClient(VerdictService, transport);
    this.reviews = createClient(ReviewService, transport);
    this.decisions = createClient(DecisionService, transport);
    this.consumers = createClient(ConsumerService, transport);
    this.backups = createClient(BackupService, transport);
    this.audit = createClient(AuditService, transport);
    this.models = createClient(ModelService, transport);
    this.reresolution = createClient(ReresolutionService, transport);
    this.operations = createClient(Operations, transport);
    this.retention = createClient(RetentionService, transport);
  }

  /** `host:port`. */
  get address(): string {
    return this.#connection.address;
  }

  /** The same connection for another case, and another purpose if one is given. */
  forCase(caseReference: string, purpose: string = this.#options.purpose): Client {
    return new Client(this.#connection, { ...this.#options, caseReference, purpose });
  }

  /** Ends the connection, and what is under way on it. */
  close(): void {
    this.#connection.session.abort();
  }
}

/**
 * A client; nothing is sent yet. Throws `PlainTextRefused` without `tls` for an address that is not loopback, and the
 * error of `node:fs` when a file of `tls` cannot be read.
 *
 * @param address `host:port`
 */
export function connect(address: string, options: ConnectOptions): Client {
  const { tls } = options;
  if (!tls && !isLoopback(address)) {
    throw new PlainTextRefused(`${address} is not this machine: mutual TLS is needed`);
  }
  const baseUrl = `${tls ? "https" : "http"}://${address}`;
  const session = new Http2SessionManager(
    baseUrl,
    KEEPALIVE,
    tls && { ca: readFileSync(tls.authority), cert: readFileSync(tls.certificate), key: readFileSync(tls.key) },
  );
  const transport = createGrpcTransport({ baseUrl, sessionManager: session });
  return new Client({ address, session, transport }, options);
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

function isLoopback(address: string): boolean {
  const host = address.slice(0, address.lastIndexOf(":")).replace(/^\[(.*)\]$/, "$1");
  const version = isIP(host);
  return version ? LOOPBACK.check(host, version === 6 ? "ipv6" : "ipv4") : host === "localhost";
}
