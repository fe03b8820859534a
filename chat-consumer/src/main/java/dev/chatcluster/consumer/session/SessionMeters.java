package dev.chatcluster.consumer.session;

import io.micrometer.core.instrument.Counter;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What all sessions of a server count together.
 *
 * @param subscriptions open now
 * @param errors ERROR frames written
 */
public record SessionMeters(AtomicInteger subscriptions, Counter errors) {}
