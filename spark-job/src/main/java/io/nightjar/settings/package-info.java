/**
 * What can be set about a job: every {@code spark.nightjar.<area>.<name>}, declared once with its
 * doc, its default and what is allowed.
 *
 * <p>{@link io.nightjar.settings.NightjarSettings} has the declarations, and is the place to add
 * one. {@link io.nightjar.settings.Settings} is what a run goes by: files, Spark's configuration,
 * {@code --conf} and command-line options ({@link io.nightjar.settings.SettingSource}), the later
 * over the earlier. A mistake is refused with the key, the value, what is allowed, and the line it
 * stands in. {@link io.nightjar.settings.SettingsReference} writes {@code docs/settings.md} and
 * {@code conf/nightjar.conf} from the declarations.
 *
 * <p>No secret is a setting. Settings travel in Spark's configuration, which executors hold and
 * Spark shows in its user interface and its event log. So a passphrase has no key here, keys that
 * look like one are refused, and no message repeats what was given to an unknown key. A setting may
 * say in which file a passphrase is.
 */
package io.nightjar.settings;
