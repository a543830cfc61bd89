type Text = {
  /** Why the check matters. */
  why: string;
  /** What usually helps. */
  mend: string;
};

/** The checks of `keyward doctor`. docs/troubleshooting.md has a row for each. */
export const findingTexts = {
  "settings.values": {
    why: "The server doesn't start with an invalid setting.",
    mend: "Correct the setting; docs/settings.md describes each.",
  },
  "settings.names": {
    why: "Keyward ignores names that it doesn't know, so a misspelled setting has its default without a warning.",
    mend: "Correct the name, or remove it if it is meant for another program.",
  },
  "settings.local": {
    why: "A local server trusts its network: anyone can create an account, and cookies are sent without TLS.",
    mend: "Set APP_URL to the https address of the server, or HOST to 127.0.0.1.",
  },
  "settings.guarantees": {
    why: "These settings give up a guarantee for availability.",
    mend: "Remove the setting if you need the guarantee (docs/reliability.md).",
  },
  "secrets.strength": {
    why: "Anyone who guesses the secret can do what it protects.",
    mend: "Replace it with a random one: openssl rand -base64 33.",
  },
  "secrets.reuse": {
    why: "Whoever learns one of these secrets has learned the others, and they can't be replaced one by one.",
    mend: "Generate a secret of its own for each: openssl rand -base64 33.",
  },
  "secrets.files": {
    why: "Other accounts of the machine can read the secret.",
    mend: "Let only the account of the server read the file: chmod 600.",
  },
  "secrets.encryption-keys": {
    why: "What can't be decrypted is lost to its owner: authenticator apps, signing secrets, queued mail, the seals of the logs.",
    mend: 'Add the earlier key at the end of ENCRYPTION_KEYS. If it is lost: docs/security.md, "Lost encryption keys".',
  },
  "disk.data-dir": {
    why: "DATA_DIR has the access log until it is copied, and must outlive the process.",
    mend: "Mount a disk or volume that stays, and give the folder to the account of the server.",
  },
  "disk.spool": {
    why: "Requests are denied while the spool can't be written, so nothing else should be able to fill its disk.",
    mend: "Put DATA_DIR, or DATA_DIR/spool, on a file system of its own.",
  },
  "disk.space": {
    why: "Requests are denied when the access log can't be written.",
    mend: "Free some space, or enlarge the disk.",
  },
  "spool.undrained": {
    why: "Entries that wait on disk are missing from the access log, and are lost with the disk.",
    mend: "Look for `copying the access log` in the server's log, and whether the database is slow or refuses them.",
  },
  "log.writers": {
    why: "The access log lacks these entries, and isn't complete up to now.",
    mend: "Start a server with the DATA_DIR of that process: it copies what is left.",
  },
  "log.partitions": {
    why: "Entries of a day without a partition go into the default partition and have to be moved, which blocks readers.",
    mend: "Look for `creating partitions failed` in the server's log. The role needs to own the tables.",
  },
  "clock.offset": {
    why: "Codes of authenticator apps and signatures of events are checked against this clock; all else uses the database's.",
    mend: "Synchronize the clocks of both machines with NTP.",
  },
  "clock.rate": {
    why: "Leases assume clock rates that differ by less than 5%. Beyond that a revoked key can be allowed.",
    mend: "Repair the time source of the virtual machine or its host, then run this again.",
  },
  "database.connection": {
    why: "Without the database, known keys pass for two seconds and then nothing does.",
    mend: "Check DATABASE_URL, the server it names, and the network between them.",
  },
  "database.schema": {
    why: "The program and the schema of the database must fit.",
    mend: "Start the version of Keyward that the database was migrated by, or a later one.",
  },
  "database.primary": {
    why: "A standby can neither store nor confirm a revocation.",
    mend: "Set DATABASE_URL to an address that always leads to the primary.",
  },
  "database.tls": {
    why: "Password hashes, sessions and the log cross the network in the clear.",
    mend: "Add sslmode=verify-full to DATABASE_URL.",
  },
  "database.pooler": {
    why: "A pooler changes which settings apply and whether transactions work.",
    mend: "Set PgBouncer up as docs/reliability.md says, in transaction or session mode.",
  },
  "database.timeouts": {
    why: "Poolers drop these settings; without them a lost client can hold locks, and a slow statement never ends.",
    mend: "Set both for the role: ALTER ROLE … SET statement_timeout = '10s' and idle_in_transaction_session_timeout = '10s'.",
  },
  "database.durability": {
    why: "After a crash of the database a revocation that was answered can be undone.",
    mend: "Set synchronous_commit, fsync and full_page_writes to on.",
  },
  "database.standbys": {
    why: "A failover to a standby that lacks the last changes can undo a revocation that was answered.",
    mend: "Set synchronous_standby_names on the primary, for example to 'ANY 1 (*)'.",
  },
  "database.triggers": {
    why: "Triggers tell instances of revocations, protect the audit log and record events.",
    mend: "ALTER TABLE … ENABLE TRIGGER …, and restart every instance. A missing one was lost in a restore: restore again.",
  },
  "database.connections": {
    why: "When the database has no connection left, instances lose their lease and deny requests.",
    mend: "Raise max_connections, lower DATABASE_POOL or WORKERS, or use a pooler.",
  },
  "redis.connection": {
    why: "Without Redis, instances share rate limits through PostgreSQL, which costs more.",
    mend: "Check REDIS_URL, the server it names, and the network between them.",
  },
  "redis.eviction": {
    why: "If Redis evicts a rate limit, the key starts with a full limit again.",
    mend: "Set maxmemory-policy noeviction, and give Redis enough memory.",
  },
  "redis.persistence": {
    why: "If Redis can't save, it refuses writes. Keyward itself needs no persistence: instances re-enter what they counted.",
    mend: 'Repair the disk of Redis, or turn persistence off: save "" and appendonly no.',
  },
  "web.instance": {
    why: "An instance that isn't ready denies requests with 503.",
    mend: "Look at the server's log, and at the checks of the database and the disk.",
  },
  "web.reachable": {
    why: "People and programs use this address, and links in mails lead to it.",
    mend: "Start the server, and check the proxy, the DNS name and APP_URL.",
  },
  "web.version": {
    why: "Other checks compare with what this version expects.",
    mend: "Finish the upgrade, or run this with the program that serves (docs/upgrading.md).",
  },
  "web.tls": {
    why: "Browsers and programs refuse a certificate that isn't valid, and old protocols can be broken.",
    mend: "Renew the certificate, and allow TLS 1.2 and later only.",
  },
  "web.redirect": {
    why: "Someone who types the name without https sends the first request in the clear.",
    mend: "Let the proxy redirect http to https.",
  },
  "web.hsts": {
    why: "Without Strict-Transport-Security a browser can be led to http.",
    mend: "Let the proxy pass the header of Keyward unchanged, and add none of its own.",
  },
  "web.cookies": {
    why: "Browsers refuse `__Host-` cookies with other attributes, so nobody can sign in; a wider scope shows sessions to other hosts.",
    mend: "Let the proxy pass Set-Cookie unchanged: no proxy_cookie_domain, proxy_cookie_path or proxy_cookie_flags.",
  },
  "proxy.trust": {
    why: "Clients at a trusted address can claim any address, and pass limits, allowlists and the log with it.",
    mend: "Name only the addresses of your proxies in TRUSTED_PROXIES.",
  },
  "proxy.address": {
    why: "Limits, allowed addresses of keys and the log use the address that the server sees.",
    mend: "Let the proxy set X-Forwarded-For to the client's address, and name the proxy in TRUSTED_PROXIES.",
  },
  "mail.server": {
    why: "Without mail there is no sign-up, no password reset and no warning about leaked or expiring keys.",
    mend: "Check SMTP_URL: name, port, user and password, and whether the network lets it pass.",
  },
  "mail.queue": {
    why: "Mail that can't be sent is discarded after a day.",
    mend: "Look for `a mail could not be sent` in the server's log.",
  },
  "mail.test": {
    why: "Only a mail that arrives shows that mail is delivered.",
    mend: "Check what the mail server says, SMTP_URL and MAIL_FROM.",
  },
  "outgoing.dns": {
    why: "Endpoints of event subscriptions are found with these DNS servers.",
    mend: "Check the DNS servers, or set DNS_SERVERS.",
  },
  "outgoing.connections": {
    why: "Events, the log and sign-in with a provider need connections to other servers.",
    mend: "Let the machine connect to this address, or remove the setting.",
  },
  "outgoing.addresses": {
    why: "Members choose the endpoints of events. They can send requests to everything that is allowed here.",
    mend: "Allow only the blocks in WEBHOOK_ALLOW_CIDRS in which receivers run.",
  },
  "webhooks.deliveries": {
    why: "Receivers miss events until their endpoint answers; after a day the subscription is paused.",
    mend: "Look at the subscription: keyward events deliveries --subscription ID. Its owner can repair the endpoint.",
  },
  "doctor.incomplete": {
    why: "What wasn't checked may be wrong.",
    mend: "Repair what is named, then run this again.",
  },
} as const satisfies Record<string, Text>;

export type FindingId = keyof typeof findingTexts;
