package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.exchange.ExchangeException;
import io.nightjar.exchange.JobDescription;
import io.nightjar.exchange.JobExchange;
import io.nightjar.exchange.Receipt;
import io.nightjar.exchange.SignedReceipt;
import io.nightjar.identity.Identities;
import io.nightjar.identity.IdentityDirectory;
import io.nightjar.identity.IdentitySecret;
import io.nightjar.keys.OwnerKey;
import io.nightjar.testing.Slow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiptCommandTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final UUID JOB = new UUID(0x0123456789abcdefL, 0x8edcba9876543210L);
  private static final String PLAN = "1f".repeat(32);
  private static final String MODEL = "2e".repeat(32);
  private static final OwnerKey KEY = new OwnerKey(new byte[] {1, 2, 3});

  /** What a receipt consists of, beside its format and version. */
  private static final List<String> PARTS =
      List.of("order", "orderSignatures", "receipt", "receiptSignatures");

  @TempDir private Path directory;

  private Identities dataOwner;
  private Identities modelOwner;
  private SignedReceipt receipt;

  @BeforeEach
  void admitAJob() throws IOException {
    dataOwner = Identities.fresh();
    modelOwner = Identities.fresh();
    receipt = receipt("first", order(JOB, 5));
  }

  @AfterEach
  void close() {
    dataOwner.close();
    modelOwner.close();
  }

  private JobDescription order(UUID job, long records) {
    return JobDescription.of(
        job,
        PLAN,
        dataOwner.inUse().identity(),
        modelOwner.inUse().identity(),
        KEY.fingerprint(),
        new JobDescription.Cut(records, 2, 1),
        3 * records);
  }

  private JobExchange exchange(String name, JobDescription order) throws IOException {
    return JobExchange.of(
        new org.apache.hadoop.fs.Path(directory.resolve(name).toUri()), new Configuration(), order);
  }

  private SignedReceipt receipt(String name, JobDescription order) throws IOException {
    JobExchange exchange = exchange(name, order);
    exchange.announce(KEY, dataOwner);
    exchange.as(modelOwner.inUse()).admit(Receipt.now(order, MODEL));
    return exchange.receipt().orElseThrow();
  }

  private CommandRun run(byte[] bytes, String... options) throws IOException {
    Path file = Files.write(directory.resolve("file"), bytes);
    List<String> words = new ArrayList<>(List.of("receipt", file.toString()));
    words.addAll(List.of(options));
    return CommandRun.of(words.toArray(new String[0]));
  }

  private ObjectNode json() throws IOException {
    return json(receipt);
  }

  private static ObjectNode json(SignedReceipt receipt) throws IOException {
    return (ObjectNode) MAPPER.readTree(receipt.write());
  }

  private static byte[] text(JsonNode json) {
    return (json + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private void assertShown(byte[] bytes) throws IOException {
    CommandRun run = run(bytes);
    assertEquals("", run.err());
    assertEquals(0, run.exitCode());
    assertTrue(run.out().contains(JOB.toString()), run.out());
  }

  private String refusal(byte[] bytes) throws IOException {
    CommandRun run = run(bytes);
    assertEquals(2, run.exitCode(), run.out());
    assertEquals(1, run.err().lines().count(), run.err());
    assertEquals("", run.out());
    return run.err();
  }

  /** Asserts what the command goes by, which takes longer itself. */
  private static void assertNone(byte[] bytes, String what) {
    assertThrows(ExchangeException.class, () -> SignedReceipt.read(bytes), what);
  }

  private void assertRefused(String why, byte[] bytes) throws IOException {
    assertEquals(
        "nightjar: %s is no receipt: %s (see 'nightjar receipt --help')%n"
            .formatted(directory.resolve("file"), why),
        refusal(bytes));
  }

  @Test
  void aReceiptShowsWhoOrderedHowMuchOfWhom() throws IOException {
    String admitted = receipt.receipt().admitted();
    assertTrue(admitted.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ"), admitted);

    CommandRun run = run(receipt.write());

    assertEquals(0, run.exitCode(), run.err());
    assertEquals("", run.err());
    assertEquals(
        """
        job          01234567-89ab-cdef-8edc-ba9876543210
        dataOwner    %s
        modelOwner   %s
        plan         %s
        model        %s
        records      5
        answers      15
        admitted     %s
        """
            .formatted(
                dataOwner.inUse().identity(), modelOwner.inUse().identity(), PLAN, MODEL, admitted),
        run.out());
    assertEquals(
        """
        {"job":"01234567-89ab-cdef-8edc-ba9876543210","dataOwner":"%s","modelOwner":"%s",\
        "plan":"%s","model":"%s","records":5,"answers":15,"admitted":"%s"}
        """
            .formatted(
                dataOwner.inUse().identity(), modelOwner.inUse().identity(), PLAN, MODEL, admitted),
        run(receipt.write(), "--json").out());
  }

  /** Anybody can put a receipt together from what is in an exchange, as this does. */
  @Test
  void aReceiptIsTheFourFilesOfAnExchange() throws IOException {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("format", "nightjar-signed-receipt").put("version", 1);
    json.set("order", file("first", "job.json"));
    json.set("orderSignatures", file("first", "job.json.sig"));
    json.set("receipt", file("first", "receipt.json"));
    json.set("receiptSignatures", file("first", "receipt.json.sig"));

    assertArrayEquals(receipt.write(), text(json));
    assertShown(text(json));
  }

  private JsonNode file(String exchange, String name) throws IOException {
    return MAPPER.readTree(directory.resolve(exchange).resolve(name).toFile());
  }

  @Slow
  @Test
  void noByteOfAReceiptCanBeAnother() throws IOException {
    byte[] bytes = receipt.write();
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      assertNone(changed, "byte " + i);
      if (i % 97 == 0) {
        assertTrue(refusal(changed).contains(" is no receipt: "));
      }
    }
    assertShown(bytes);
  }

  @Test
  void aReceiptThatIsCutShortOrLongerIsNone() throws IOException {
    byte[] bytes = receipt.write();
    for (int length = 0; length < bytes.length; length++) {
      assertNone(Arrays.copyOf(bytes, length), "length " + length);
    }
    refusal(Arrays.copyOf(bytes, bytes.length - 1));
    refusal(new byte[0]);
    refusal((new String(bytes, StandardCharsets.UTF_8) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Every field in turn has the value of another receipt that is valid, or of no receipt. */
  @Slow
  @Test
  void noFieldOfAReceiptCanBeAnother() throws IOException {
    ObjectNode other = json(strangersReceipt());
    List<String> fields = new ArrayList<>();
    forEachField(json(), "", (parent, name) -> fields.add(parent + "/" + name));
    assertEquals(35, fields.size(), fields.toString());
    assertShown(text(json()));

    for (String field : fields) {
      int at = field.lastIndexOf('/');
      String name = field.substring(at + 1);
      ObjectNode changed = json();
      ObjectNode parent = (ObjectNode) changed.at(field.substring(0, at));
      JsonNode value = parent.get(name);
      JsonNode foreign = other.at(field);
      if (value.equals(foreign)) {
        foreign =
            value.isNumber()
                ? MAPPER.getNodeFactory().numberNode(value.asLong() + 1)
                : MAPPER.getNodeFactory().textNode(value.asText() + "0");
      }
      parent.set(name, foreign);
      assertTrue(refusal(text(changed)).contains(" is no receipt: "), field);

      parent.putNull(name);
      assertNone(text(changed), field);
      parent.remove(name);
      assertNone(text(changed), field);
      parent.set(name, value);
      parent.put("more", 1);
      assertNone(text(changed), field);
    }
  }

  private interface Field {
    void in(String parent, String name);
  }

  private static void forEachField(JsonNode json, String path, Field visitor) {
    json.properties()
        .forEach(
            field -> {
              visitor.in(path, field.getKey());
              forEachField(field.getValue(), path + "/" + field.getKey(), visitor);
            });
    for (int i = 0; i < json.size() && json.isArray(); i++) {
      forEachField(json.get(i), path + "/" + i, visitor);
    }
  }

  /** Returns a receipt of two other owners, in which everything is different. */
  private SignedReceipt strangersReceipt() throws IOException {
    try (Identities buyer = Identities.fresh();
        Identities seller = Identities.fresh()) {
      JobDescription order =
          JobDescription.of(
              new UUID(5, 6),
              "3d".repeat(32),
              buyer.inUse().identity(),
              seller.inUse().identity(),
              "4c".repeat(32),
              new JobDescription.Cut(7, 3, 2),
              8);
      JobExchange exchange = exchange("strangers", order);
      exchange.announce(KEY, buyer);
      exchange.as(seller.inUse()).admit(Receipt.now(order, "5b".repeat(32)));
      return exchange.receipt().orElseThrow();
    }
  }

  private void assertPartsDoNotCombine(SignedReceipt other, List<Integer> valid)
      throws IOException {
    assertShown(text(json()));
    ObjectNode foreign = json(other);
    for (int parts = 1; parts < (1 << PARTS.size()) - 1; parts++) {
      ObjectNode mixed = json();
      for (int i = 0; i < PARTS.size(); i++) {
        if ((parts >> i & 1) == 1) {
          mixed.set(PARTS.get(i), foreign.get(PARTS.get(i)));
        }
      }
      if (valid.contains(parts)) {
        assertShown(text(mixed));
      } else {
        refusal(text(mixed));
      }
    }
  }

  @Test
  void ordersAndReceiptsOfDifferentJobsDoNotCombine() throws IOException {
    assertPartsDoNotCombine(receipt("second", order(new UUID(5, 6), 5)), List.of());
  }

  @Test
  void ordersAndReceiptsOfOneJobWithOtherNumbersDoNotCombine() throws IOException {
    assertPartsDoNotCombine(receipt("second", order(JOB, 6)), List.of());
  }

  @Test
  void anOrderOfTheSameAnswersUnderAnotherPlanDoesNotGoWithAReceipt() throws IOException {
    JobDescription first = receipt.order();
    JobDescription other =
        JobDescription.of(
            JOB,
            "3d".repeat(32),
            first.owner(),
            first.modelOwner(),
            first.key(),
            new JobDescription.Cut(first.records(), 2, 1),
            first.answers());

    assertPartsDoNotCombine(receipt("second", other), List.of());
  }

  @Test
  void anOrderAndAReceiptOfDifferentOwnersDoNotCombine() throws IOException {
    assertPartsDoNotCombine(strangersReceipt(), List.of());
  }

  /** Only receipt and signature go together, beside an order that is the same. */
  @Test
  void aReceiptOfTheSameOrderThatSaysSomethingElseHasItsOwnSignature() throws IOException {
    JobDescription order = receipt.order();
    JobExchange exchange = exchange("second", order);
    exchange.announce(KEY, dataOwner);
    exchange.as(modelOwner.inUse()).admit(Receipt.now(order, "5b".repeat(32)));
    SignedReceipt other = exchange.receipt().orElseThrow();
    int both = 0b1100;

    assertPartsDoNotCombine(other, List.of(0b0001, 0b0010, 0b0011, both, 0b1101, 0b1110));
  }

  private void assertUnsigned(Consumer<ObjectNode> change) throws IOException {
    ObjectNode json = json();
    change.accept(json);
    assertRefused("a receipt without the signatures of both owners", text(json));
  }

  private static ArrayNode signatures(ObjectNode json, String part) {
    return (ArrayNode) json.get(part).get("signatures");
  }

  @ParameterizedTest
  @ValueSource(strings = {"orderSignatures", "receiptSignatures"})
  void aReceiptThatOnlyOneHasSignedIsNone(String part) throws IOException {
    ObjectNode strangers = json(strangersReceipt());
    String other = part.startsWith("order") ? "receiptSignatures" : "orderSignatures";

    assertUnsigned(json -> signatures(json, part).removeAll());
    assertUnsigned(json -> json.set(part, json.get(other)));
    assertUnsigned(json -> json.set(part, strangers.get(part)));
    assertUnsigned(
        json ->
            ((ObjectNode) signatures(json, part).get(0))
                .set("by", signatures(json, other).get(0).get("by")));
    assertUnsigned(
        json ->
            ((ObjectNode) signatures(json, part).get(0))
                .set("signature", signatures(json, other).get(0).get("signature")));
  }

  /** Each owner may write what it likes in the exchange, except the other one's signature. */
  @Test
  void noOwnerSignsForTheOther() throws IOException {
    JobDescription order = receipt.order();
    JobExchange exchange = exchange("forged", order);
    exchange.announce(KEY, dataOwner);
    exchange.as(dataOwner.inUse()).admit(receipt.receipt());
    assertTrue(exchange.receipt().isEmpty());
    JsonNode byDataOwner = file("forged", "receipt.json.sig");
    assertUnsigned(json -> json.set("receiptSignatures", byDataOwner));

    exchange.announce(KEY, modelOwner);
    exchange.as(modelOwner.inUse()).admit(receipt.receipt());
    assertTrue(exchange.receipt().isEmpty());
    JsonNode byModelOwner = file("forged", "job.json.sig");
    assertUnsigned(json -> json.set("orderSignatures", byModelOwner));
  }

  @Test
  void aReceiptIsThereWhenBothHaveSigned() throws IOException {
    JobDescription order = order(new UUID(5, 6), 5);
    JobExchange exchange = exchange("second", order);

    assertTrue(exchange.receipt().isEmpty());
    exchange.as(modelOwner.inUse()).admit(Receipt.now(order, MODEL));
    assertTrue(exchange.receipt().isEmpty());
    exchange.announce(KEY, dataOwner);
    assertTrue(exchange.receipt().isPresent());
  }

  @Test
  void aReceiptOfAnotherOrderInAnExchangeIsSaidToBeThat() throws IOException {
    JobExchange exchange = exchange("first", receipt.order());
    exchange.as(modelOwner.inUse()).admit(Receipt.now(order(JOB, 6), MODEL));

    ExchangeException refusal = assertThrows(ExchangeException.class, exchange::receipt);

    assertTrue(refusal.getMessage().endsWith("receipt.json is of another order of this job"));
  }

  /** That a job is finished says the order's own bytes, in a file of another name. */
  @Test
  void theSignatureOfAnotherFileIsNoneThoughItHasTheSameContent() throws IOException {
    exchange("first", receipt.order()).as(dataOwner.inUse()).finish();
    assertEquals(file("first", "job.json"), file("first", "done.json"));
    JsonNode finished = file("first", "done.json.sig");
    assertNotEquals(finished, file("first", "job.json.sig"));

    assertUnsigned(json -> json.set("orderSignatures", finished));
  }

  /** An owner with more than one identity signs with all of them. */
  @Slow
  @Test
  void aReceiptHasNoSignatureThatIsNotValid() throws IOException {
    Path made = directory.resolve("identities");
    char[] passphrase = "four owls in a barn".toCharArray();
    IdentityDirectory.create(made, passphrase);
    IdentityDirectory.rotate(made, passphrase);
    dataOwner.close();
    dataOwner = IdentityDirectory.open(made, passphrase);
    receipt = receipt("rotated", order(JOB, 5));
    ObjectNode json = json();
    assertEquals(2, signatures(json, "orderSignatures").size());
    assertShown(text(json));

    assertUnsigned(
        changed -> {
          ObjectNode second = (ObjectNode) signatures(changed, "orderSignatures").get(1);
          second.set("by", signatures(changed, "receiptSignatures").get(0).get("by"));
        });
    assertUnsigned(
        changed -> {
          ObjectNode second = (ObjectNode) signatures(changed, "orderSignatures").get(1);
          second.put("signature", "AAAA");
        });
    assertUnsigned(
        changed -> {
          ArrayNode all = signatures(changed, "orderSignatures");
          all.add(all.get(0));
        });
    signatures(json, "orderSignatures").remove(0);
    assertRefused("a receipt without the signatures of both owners", text(json));
  }

  /** An owner that writes bad signatures beside its own does not keep the other from a receipt. */
  @Test
  void whatIsNotValidInAnExchangeIsLeftOutOfAReceipt() throws IOException {
    Path file = directory.resolve("first").resolve("job.json.sig");
    ObjectNode signatures = (ObjectNode) MAPPER.readTree(file.toFile());
    ArrayNode all = (ArrayNode) signatures.get("signatures");
    try (Identities stranger = Identities.fresh()) {
      IdentitySecret other = stranger.inUse();
      all.insertObject(0)
          .put("by", other.identity().toString())
          .put("signature", Base64.getEncoder().encodeToString(other.sign(new byte[1])));
    }
    all.addObject()
        .put("by", modelOwner.inUse().identity().toString())
        .put("signature", "no Base64");
    all.add(all.get(1).deepCopy());
    Files.write(file, text(signatures));
    Files.delete(file.resolveSibling(".job.json.sig.crc")); // which Hadoop wrote for the other

    SignedReceipt found = exchange("first", receipt.order()).receipt().orElseThrow();

    assertEquals(4, all.size());
    assertArrayEquals(receipt.write(), found.write());
  }

  /** Java reads Base64 with other last bits, and without its end, as the same bytes. */
  @Test
  void aSignatureIsWrittenInOneWay() throws IOException {
    String signature = signatures(json(), "orderSignatures").get(0).get("signature").asText();
    assertTrue(signature.endsWith("=="));
    int last = signature.length() - 3;
    byte[] bytes = Base64.getDecoder().decode(signature);
    for (String other :
        List.of(
            signature.substring(0, last) + (char) (signature.charAt(last) + 1) + "==",
            signature.substring(0, last + 1),
            Base64.getEncoder().encodeToString(Arrays.copyOf(bytes, bytes.length + 1)),
            Base64.getEncoder().encodeToString(Arrays.copyOf(bytes, bytes.length + 32)))) {
      assertNotEquals(signature, other);
      assertArrayEquals(bytes, Arrays.copyOf(Base64.getDecoder().decode(other), bytes.length));
      assertUnsigned(
          json ->
              ((ObjectNode) signatures(json, "orderSignatures").get(0)).put("signature", other));
    }
  }

  /** What the model owner writes there goes to the data owner's terminal. */
  @ParameterizedTest
  @ValueSource(
      strings = {"", "yesterday", "\u001b[2J", "2026-11-29T04:42:53.000Z", "2026-11-29 04:42:53Z"})
  void theTimeOfAReceiptIsATime(String text) {
    Receipt given = receipt.receipt();

    assertThrows(
        ExchangeException.class,
        () ->
            new Receipt(
                given.format(),
                given.version(),
                given.job(),
                given.order(),
                given.modelOwner(),
                given.model(),
                given.answers(),
                text));
  }

  @Test
  void whatIsNoFileOrALargeOneIsNotRead() throws IOException {
    for (Path none : List.of(directory.resolve("none"), directory)) {
      CommandRun run = CommandRun.of("receipt", none.toString());
      assertEquals(2, run.exitCode());
      assertEquals(
          "nightjar: There is no receipt in %s (see 'nightjar receipt --help')%n".formatted(none),
          run.err());
    }
    String large = " ".repeat(SignedReceipt.MOST_BYTES);
    assertTrue(
        refusal((large + "{").getBytes(StandardCharsets.UTF_8)).contains("There is no receipt in"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "{}",
        "[]",
        "{\"format\":\"nightjar-signed-receipt\",\"version\":1}",
        "\u001b[2J"
      })
  void whatIsNoReceiptIsRefusedWithoutQuotingIt(String text) throws IOException {
    String refusal = refusal(text.getBytes(StandardCharsets.UTF_8));

    assertTrue(refusal.contains(" is no receipt: not "), refusal);
    assertTrue(refusal.strip().chars().allMatch(c -> c >= ' '), "nothing that moves a terminal");
  }

  @Test
  void aLaterVersionIsNotKnown() throws IOException {
    assertRefused("not a receipt that this version knows", text(json().put("version", 2)));
  }
}
