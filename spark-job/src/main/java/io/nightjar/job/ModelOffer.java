package io.nightjar.job;

import io.nightjar.settings.Settings;
import org.apache.hadoop.fs.Path;

/**
 * A model that is to be served, and where and how.
 *
 * @param name what people call it
 * @param model its directory
 * @param exchange where its data owners are met
 * @param settings everything else
 * @param version differs when any of its files does
 */
record ModelOffer(String name, Path model, Path exchange, Settings settings, String version) {}
