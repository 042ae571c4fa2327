package io.nightjar.cli;

import io.nightjar.job.LedgerPolicy;
import io.nightjar.ledger.Account;
import io.nightjar.ledger.Entry;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nightjar ledger}: what the model owner has answered, and what is left of the budget. */
@Command(
    name = "ledger",
    description = {
      "Lists what was answered, and what is left of the budget.",
      "It lists the jobs that were admitted, and what each data owner has been answered "
          + "by the models of each lineage: records times draws."
    },
    subcommands = LedgerMigrateCommand.class)
final class LedgerCommand implements Callable<Integer> {

  /** How many digits of a digest are printed; so many tell a few digests apart. */
  private static final int SHORT = 12;

  @Spec private CommandSpec spec;

  @Mixin private SettingsOptions settings;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    LedgerPolicy policy = LedgerPolicy.open(settings.resolve());
    List<Entry> entries = policy.entries();
    List<Account> accounts = Account.of(entries);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("location", policy.location());
      all.put("accounts", accounts.stream().map(account -> json(policy, account)).toList());
      all.put("entries", entries.stream().map(LedgerCommand::json).toList());
      out.println(Json.line(all));
    } else if (entries.isEmpty()) {
      out.printf("No job was admitted yet: the ledger %s is empty.%n", policy.location());
    } else {
      out.printf("Jobs in the ledger %s:%n%n", policy.location());
      print(entries, out);
      accounts.forEach(account -> print(policy, account, out));
    }
    out.flush();
    return ExitCode.DONE;
  }

  private static Map<String, Object> json(LedgerPolicy policy, Account account) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("owner", account.owner());
    json.put("lineage", account.lineage());
    json.put("jobs", account.jobs());
    json.put("answered", account.answered());
    policy.budget().ifPresent(budget -> json.put("budget", budget));
    policy.left(account).ifPresent(left -> json.put("left", left));
    return json;
  }

  private static Map<String, Object> json(Entry entry) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("time", entry.time().toString());
    json.put("job", entry.job().toString());
    json.put("owner", entry.owner());
    json.put("lineage", entry.lineage());
    json.put("model", entry.model());
    json.put("plan", entry.plan());
    json.put("protocol", entry.protocol());
    json.put("records", entry.records());
    json.put("draws", entry.draws());
    json.put("answers", entry.answers());
    entry
        .binding()
        .ifPresent(
            binding -> {
              json.put("order", binding.order());
              json.put("commitment", binding.secret());
            });
    return json;
  }

  private static void print(List<Entry> entries, PrintWriter out) {
    int widest = entries.stream().mapToInt(entry -> entry.lineage().length()).max().orElse(0);
    String columns =
        "%%-24s  %%-36s  %%-12s  %%-%ds  %%-12s  %%-10s  ".formatted(Math.max(7, widest));
    out.printf(
        columns + "%13s  %5s  %15s%n",
        "time",
        "job",
        "data owner",
        "lineage",
        "model",
        "protocol",
        "records",
        "draws",
        "answers");
    for (Entry entry : entries) {
      out.printf(
          columns + "%,13d  %5d  %,15d%n",
          entry.time(),
          entry.job(),
          shortened(entry.owner()),
          entry.lineage(),
          shortened(entry.model()),
          entry.protocol(),
          entry.records(),
          entry.draws(),
          entry.answers());
    }
  }

  /**
   * Returns the beginning of a digest; the name of an account may be as short as its owner likes.
   */
  private static String shortened(String name) {
    return name.substring(0, Math.min(name.length(), SHORT));
  }

  private static void print(LedgerPolicy policy, Account account, PrintWriter out) {
    out.printf(
        "%nData owner %s%n   lineage %s%n     %,d answers in %,d job%s%s%n",
        account.owner(),
        account.lineage(),
        account.answered(),
        account.jobs(),
        account.jobs() == 1 ? "" : "s",
        left(policy, account));
  }

  private static String left(LedgerPolicy policy, Account account) {
    OptionalLong left = policy.left(account);
    return left.isEmpty()
        ? "; there is no budget"
        : "; of the budget of %,d, %,d are left"
            .formatted(policy.budget().getAsLong(), left.getAsLong());
  }
}
