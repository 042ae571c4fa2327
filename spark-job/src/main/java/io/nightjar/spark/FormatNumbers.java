package io.nightjar.spark;

import io.nightjar.crypto.BlockCodec;
import io.nightjar.crypto.BlockFormat;
import io.nightjar.crypto.PaillierCodec;
import io.nightjar.crypto.PaillierParameters;
import io.nightjar.plan.Plan;
import java.util.HexFormat;

/**
 * What it takes to read and write a job's blocks, as it goes to executors: the parameters of
 * lattices, or those of Paillier with the data owner's public key.
 *
 * @param lattice {@link ParameterNumbers} as a text; empty for Paillier
 * @param modulusBits of Paillier; 0 for lattices
 * @param fieldBits of Paillier; 0 for lattices
 * @param publicKey of Paillier, in hexadecimal digits; empty for lattices
 */
public record FormatNumbers(String lattice, int modulusBits, int fieldBits, String publicKey) {

  static FormatNumbers of(Plan plan, byte[] publicKey) {
    if (!plan.isPaillier()) {
      return new FormatNumbers(ParameterNumbers.of(plan.parameters()).write(), 0, 0, "");
    }
    PaillierParameters parameters = plan.paillier();
    return new FormatNumbers(
        "", parameters.modulusBits(), parameters.fieldBits(), HexFormat.of().formatHex(publicKey));
  }

  /** Returns how blocks of at most so many bytes are read and written in this process. */
  BlockFormat open(long maxBlockBytes) {
    if (!lattice.isEmpty()) {
      return new BlockCodec(ExecutorContexts.get(ParameterNumbers.read(lattice)), maxBlockBytes);
    }
    PaillierParameters parameters = new PaillierParameters(modulusBits, fieldBits);
    return new PaillierCodec(
        ExecutorContexts.paillier(parameters, HexFormat.of().parseHex(publicKey)), maxBlockBytes);
  }
}
