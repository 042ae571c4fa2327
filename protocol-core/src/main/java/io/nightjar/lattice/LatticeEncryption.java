package io.nightjar.lattice;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.EncryptedBlock;
import io.nightjar.crypto.lattice.BlockHeader;
import io.nightjar.crypto.lattice.BlockShape;
import io.nightjar.crypto.lattice.CipherBlock;
import io.nightjar.crypto.lattice.Form;
import io.nightjar.crypto.lattice.HeParameters;
import io.nightjar.crypto.lattice.Packing;
import io.nightjar.crypto.lattice.Scheme;
import io.nightjar.plan.InvalidPlanException;
import io.nightjar.plan.PlanJson;
import io.nightjar.plan.PlanNode;
import io.nightjar.plan.Security;
import io.nightjar.protocol.MessageChecks;
import java.util.stream.Collectors;

/**
 * The encryption of a plan with lattices, and what becomes of results before they leave.
 *
 * @param parameters the parameters of lattices
 * @param packing where the values of records go in a plaintext
 * @param form the form of uploads
 * @param floodLimbs how many primes results have when noise is added to hide them
 * @param resultLimbs how many primes results are divided down to
 * @param floodBits the bits of the noise that results are hidden under; 0 for none
 */
public record LatticeEncryption(
    HeParameters parameters,
    Packing packing,
    Form form,
    int floodLimbs,
    int resultLimbs,
    int floodBits) {

  /** Reads the fields that {@link #write} writes. */
  public static LatticeEncryption read(PlanNode plan) {
    PlanNode json = plan.get("parameters");
    HeParameters parameters =
        HeParameters.ofExplicitPrimes(
            json.constant("scheme", Scheme.values()),
            json.integer("ringDegree"),
            json.list("primes", PlanNode::whole),
            json.get("plainModulus").whole(),
            json.integer("securityBits"));
    return new LatticeEncryption(
        parameters,
        plan.constant("packing", Packing.values()),
        plan.constant("form", Form.values()),
        plan.integer("floodLimbs"),
        plan.integer("resultLimbs"),
        plan.integer("floodBits"));
  }

  /** Writes the fields into the JSON of a plan. */
  public void write(ObjectNode plan) {
    ObjectNode json = plan.putObject("parameters");
    json.put("scheme", PlanJson.name(parameters.scheme()));
    json.put("ringDegree", parameters.ringDegree());
    parameters.keyPrimes().forEach(json.putArray("primes")::add);
    json.put("plainModulus", parameters.plainModulus());
    json.put("securityBits", parameters.securityBits());
    json.put("digest", parameters.digest().toString());
    plan.put("packing", PlanJson.name(packing)).put("form", PlanJson.name(form));
    plan.put("floodLimbs", floodLimbs).put("resultLimbs", resultLimbs);
    plan.put("floodBits", floodBits);
  }

  /** Refuses parameters of another scheme, or that protect less than is asked for. */
  public void check(Scheme scheme, Security least) {
    if (parameters.scheme() != scheme) {
      throw unfit("its scheme is %s".formatted(parameters.scheme()));
    }
    if (least == Security.STANDARD
        && parameters.securityBits() < HeParameters.STANDARD_SECURITY_BITS) {
      throw unfit(
          "its parameters have no %d-bit security".formatted(HeParameters.STANDARD_SECURITY_BITS));
    }
  }

  /** Returns what is thrown for a plan whose parts contradict each other. */
  public static InvalidPlanException unfit(String what) {
    return new InvalidPlanException("The plan does not fit together: " + what);
  }

  /** Returns the shape of an upload of so many ciphertexts. */
  public BlockShape upload(int ciphertexts) {
    return new BlockShape(ciphertexts, 2, parameters.dataLimbs(), form);
  }

  /** Returns the shape of so many ciphertexts of a result in a form. */
  public BlockShape result(int ciphertexts, Form formOfResults) {
    return new BlockShape(ciphertexts, 2, resultLimbs, formOfResults);
  }

  /** Returns the memory of so many ciphertexts, as they are uploaded. */
  public long blockBytes(int ciphertexts) {
    return CipherBlock.nativeBytes(parameters, upload(ciphertexts));
  }

  /** Returns the bytes of one polynomial modulo so many primes, for one of a batch's records. */
  public double polynomialBytesPerRecord(int limbs, int batchSize) {
    int bits =
        parameters.dataPrimes().stream()
            .limit(limbs)
            .mapToInt(prime -> Long.SIZE - Long.numberOfLeadingZeros(prime))
            .sum();
    return (double) parameters.ringDegree() / batchSize * bits / Byte.SIZE;
  }

  /** Returns the bytes of so many polynomials modulo all primes, which is what keys consist of. */
  public long keyBytes(int polynomials) {
    long bits =
        parameters.keyPrimes().stream()
            .mapToLong(prime -> Long.SIZE - Long.numberOfLeadingZeros(prime))
            .sum();
    return (long) polynomials * parameters.ringDegree() * bits / Byte.SIZE;
  }

  /** Returns the size of a ciphertext, in ciphertexts of degree 2048 with one prime. */
  public double size() {
    return parameters.ringDegree() / 2048.0 * parameters.dataLimbs();
  }

  /** Returns lines for people; {@code plaintext} says what is encrypted. */
  public String explain(String plaintext) {
    return "%s, ring %d, primes of %s bits, %s, %s"
        .formatted(
            parameters.scheme(),
            parameters.ringDegree(),
            parameters.keyPrimes().stream()
                .map(prime -> Integer.toString(Long.SIZE - Long.numberOfLeadingZeros(prime)))
                .collect(Collectors.joining(" + ")),
            plaintext,
            parameters.securityBits() > 0 ? security() : "NO SECURITY");
  }

  /** Returns the security, and how large the primes are beside what it allows. */
  private String security() {
    int degree = parameters.ringDegree();
    return "%d-bit classical security\nThe primes have %d bits; %d-bit security allows %d (classical) or %d (quantum)"
        .formatted(
            parameters.securityBits(),
            parameters.totalPrimeBits(),
            parameters.securityBits(),
            HeParameters.maxTotalPrimeBits(degree).orElseThrow(),
            HeParameters.maxTotalPrimeBitsBeforeQuantum(degree).orElseThrow());
  }

  /** Returns a block of this encryption that has the shape that the plan says. */
  public CipherBlock requireBlock(EncryptedBlock block, BlockShape shape) {
    CipherBlock found = MessageChecks.block(CipherBlock.class, block);
    MessageChecks.require("parameters", parameters.digest(), found.parameters().digest());
    MessageChecks.require("shape", shape, found.shape());
    MessageChecks.require("packing", packing, found.packing());
    return found;
  }

  /** Refuses a header of a block of another encryption, or of another shape in a form. */
  public void requireResult(BlockFormat.Header header, Form formOfResults) {
    if (!(header instanceof BlockHeader found)) {
      throw MessageChecks.otherScheme();
    }
    BlockShape shape = found.shape();
    MessageChecks.require("shape", result(shape.ciphertexts(), formOfResults), shape);
    MessageChecks.require("packing", packing, found.packing());
  }
}
