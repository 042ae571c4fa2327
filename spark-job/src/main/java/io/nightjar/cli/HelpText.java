package io.nightjar.cli;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Writes the help of a command for somebody who has never seen it: what has to be given is in the
 * first line, and options stand with those that they belong to, in the order of their classes.
 */
final class HelpText extends Help {

  private static final String COMMON = "Common options";

  /** What groups of options are called; those of a class that is not here are the command's own. */
  private static final Map<Class<?>, String> HEADINGS =
      Map.of(
          ModelOptions.class, "The model",
          InputOptions.class, "Records",
          RecordsOptions.class, "Results",
          SettingsOptions.class, COMMON);

  HelpText(CommandSpec spec, ColorScheme colors) {
    super(spec, colors);
  }

  @Override
  protected Text createDetailedSynopsisOptionsText(
      Collection<ArgSpec> done, Comparator<OptionSpec> order, boolean cluster) {
    List<OptionSpec> required =
        commandSpec().options().stream().filter(OptionSpec::required).toList();
    Text optional = ansi().new Text(" [OPTIONS]", colorScheme());
    return optional.concat(createDetailedSynopsisOptionsText(done, required, null, false));
  }

  @Override
  public String optionList() {
    Map<String, Set<OptionSpec>> groups = groups();
    StringBuilder text = new StringBuilder();
    groups.forEach(
        (heading, options) -> {
          if (!heading.isEmpty() && groups.size() > 1) {
            text.append("%n%s:%n".formatted(heading));
          }
          text.append(
              optionListExcludingGroups(
                  List.copyOf(options), createDefaultLayout(), null, parameterLabelRenderer()));
        });
    return text.toString();
  }

  /** Returns what stands at the end, which commands without an example inherit from the program. */
  @Override
  public String footer(Object... parameters) {
    boolean inherited =
        commandSpec().parent() != null
            && Arrays.equals(
                commandSpec().usageMessage().footer(),
                commandSpec().root().usageMessage().footer());
    return inherited ? "" : super.footer(parameters);
  }

  /** Returns all options by heading: the command's own first, those of most commands last. */
  private Map<String, Set<OptionSpec>> groups() {
    Map<String, Set<OptionSpec>> groups = new LinkedHashMap<>();
    Set<OptionSpec> own = new LinkedHashSet<>(commandSpec().options());
    Set<OptionSpec> common = new LinkedHashSet<>();
    groups.put("", own);
    for (CommandSpec mixin : commandSpec().mixins().values()) {
      Optional<String> heading =
          Optional.ofNullable(mixin.userObject()).map(Object::getClass).map(HEADINGS::get);
      if (heading.isPresent()) {
        Set<OptionSpec> group =
            heading.get().equals(COMMON)
                ? common
                : groups.computeIfAbsent(heading.get(), none -> new LinkedHashSet<>());
        group.addAll(mixin.options());
      }
    }
    own.stream().filter(option -> option.usageHelp() || option.versionHelp()).forEach(common::add);
    groups.put(COMMON, common);
    groups.values().stream().filter(group -> group != own).forEach(own::removeAll);
    groups.values().removeIf(Set::isEmpty);
    return groups;
  }
}
