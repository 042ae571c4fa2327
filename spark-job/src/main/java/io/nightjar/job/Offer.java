package io.nightjar.job;

import io.nightjar.exchange.Exchange;
import io.nightjar.identity.Identities;
import io.nightjar.plan.Plan;
import io.nightjar.settings.Settings;
import io.nightjar.spark.ModelFiles;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/** What all jobs that one {@code serve} evaluates have in common. */
record Offer(
    Exchange exchange,
    ModelFiles model,
    Plan plan,
    Identities identities,
    LedgerPolicy ledger,
    JavaSparkContext spark,
    ServeState state,
    Settings settings,
    Configuration configuration,
    JobProgress progress) {}
