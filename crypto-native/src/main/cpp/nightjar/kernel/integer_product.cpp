#include "nightjar/kernel/integer_product.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace nightjar::kernel {
namespace {

constexpr std::size_t kRowsAtOnce = 256;  // rows whose expanded weights are kept while the residues stream by
constexpr std::size_t kTermsAtOnce =
    1024;  // terms of a dense layer packed at once: a panel that stays in a 1 MiB cache

/// Cache-line aligned words without initialisation.
class Words {
public:
    explicit Words(std::size_t count)
        : words_(static_cast<std::uint64_t *>(std::aligned_alloc(64, (count * sizeof(std::uint64_t) + 63) / 64 * 64))) {
        if (words_ == nullptr) {
            throw std::bad_alloc();
        }
    }
    std::uint64_t *get() const { return words_.get(); }

private:
    struct Free {
        void operator()(std::uint64_t *words) const { std::free(words); }
    };
    std::unique_ptr<std::uint64_t, Free> words_;
};

/// The narrowest signed width that holds every weight of the tile's rows.
int weight_bits(const IntegerLayer &layer, const Tile &tile) {
    std::int32_t low = 0;
    std::int32_t high = 0;
    const std::size_t begin = tile.first_row * layer.terms;
    for (std::size_t i = begin; i < begin + tile.row_count * layer.terms; ++i) {
        low = std::min(low, layer.weights[i]);
        high = std::max(high, layer.weights[i]);
    }
    const auto magnitude = static_cast<std::uint64_t>(std::max(high, low < 0 ? -(low + 1) : 0));
    return bit_length(magnitude) + 1;
}

Digits cut(const Microkernel &microkernel, const Modulus &modulus, int weight_bits) {
    const int widest = std::min(microkernel.digit_bits, microkernel.product_bits - weight_bits);
    const int prime_bits = bit_length(modulus.value);
    const int count = (prime_bits + widest - 1) / widest;
    return {(prime_bits + count - 1) / count, count};
}

std::vector<Digits> cut_all(const Microkernel &microkernel, const std::vector<Modulus> &moduli, std::size_t limbs,
                            int weight_bits) {
    std::vector<Digits> digits;
    for (std::size_t limb = 0; limb < limbs; ++limb) {
        digits.push_back(cut(microkernel, moduli[limb], weight_bits));
    }
    return digits;
}

int most(const std::vector<Digits> &digits) {
    int most = 1;
    for (const Digits &some : digits) {
        most = std::max(most, some.count);
    }
    return most;
}

/// Rows cut into tiles of nearly equal height, each holding the weights in the order that multiply() reads them.
class WeightTiles {
public:
    WeightTiles(const Microkernel &microkernel, const IntegerLayer &layer, std::size_t first_row, std::size_t rows,
                int weight_bits)
        : rows_(rows), tiles_((rows + kTileRows - 1) / kTileRows), terms_(layer.terms), words_(rows * layer.terms) {
        const std::int32_t offset = std::int32_t{1} << (weight_bits - 1);
        for (std::size_t t = 0; t < tiles_; ++t) {
            std::uint64_t *target = words_.get() + first(t) * terms_;
            for (std::size_t k = 0; k < terms_; ++k) {
                for (std::size_t r = first(t); r < first(t + 1); ++r) {
                    const std::int32_t weight = layer.weights[(first_row + r) * terms_ + k];
                    *target++ = microkernel.encode_weight(static_cast<std::uint64_t>(weight + offset));
                }
            }
        }
    }

    std::size_t tiles() const { return tiles_; }
    std::size_t first(std::size_t tile) const { return tile * rows_ / tiles_; }
    int height(std::size_t tile) const { return static_cast<int>(first(tile + 1) - first(tile)); }
    const std::uint64_t *at(std::size_t tile, std::size_t term) const {
        return words_.get() + first(tile) * terms_ + term * static_cast<std::size_t>(height(tile));
    }

private:
    std::size_t rows_;
    std::size_t tiles_;
    std::size_t terms_;
    Words words_;
};

/// The columns that the gathers of a tile read, each once, and where each term finds its column among them. Empty for a
/// single gather, whose columns are packed in the order of its terms.
struct UsedColumns {
    std::vector<std::uint32_t> columns;
    std::vector<std::uint32_t> places;  // [gather][term]; columns.size() for padding

    UsedColumns(const IntegerLayer &layer, const Tile &tile, std::size_t input_columns) {
        if (tile.gather_count == 1) {
            return;
        }
        const std::uint32_t *begin = layer.gathered + tile.first_gather * layer.terms;
        const std::uint32_t *end = begin + tile.gather_count * layer.terms;
        std::vector<std::uint32_t> place(input_columns, IntegerLayer::kNoColumn);
        for (const std::uint32_t *column = begin; column != end; ++column) {
            if (*column != IntegerLayer::kNoColumn && place[*column] == IntegerLayer::kNoColumn) {
                place[*column] = static_cast<std::uint32_t>(columns.size());
                columns.push_back(*column);
            }
        }
        places.reserve(static_cast<std::size_t>(end - begin));
        for (const std::uint32_t *column = begin; column != end; ++column) {
            places.push_back(*column == IntegerLayer::kNoColumn ? static_cast<std::uint32_t>(columns.size())
                                                                : place[*column]);
        }
    }
};

/// One panel (some residues of one prime of one polynomial) of one block of rows.
class PanelProduct {
public:
    PanelProduct(const Microkernel &microkernel, const IntegerLayer &layer, const Tile &tile, std::size_t input_columns,
                 int weight_bits, int most_digits)
        : microkernel_(microkernel),
          layer_(layer),
          tile_(tile),
          offset_bits_(weight_bits - 1),
          dense_(tile.gather_count == 1),
          used_(layer, tile, input_columns),
          packed_columns_((dense_ ? std::min(layer.terms, kTermsAtOnce) : used_.columns.size()) + 1),
          panel_(packed_columns_ * kMaxLanes * static_cast<std::size_t>(most_digits)),
          accumulators_(kRowsAtOnce * kMaxLanes * static_cast<std::size_t>(most_digits)),
          offsets_(layer.terms),
          indices_(packed_columns_),
          outputs_(kTileRows) {}

    /// Columns of what is read and of what is written are so many words apart.
    void set_strides(std::size_t input_stride, std::size_t output_stride) {
        column_stride_ = input_stride;
        output_stride_ = output_stride;
    }

    /// Multiplies the rows of `weights`, which start at row `first_row` of the tile. Without addends there is no bias.
    void run(const WeightTiles &weights, std::size_t first_row, const std::uint64_t *input, std::uint64_t *output,
             int width, Digits digits, const Modulus &modulus, const std::uint64_t *addends, bool read_soon) {
        next_panel_ = input + width;
        read_soon_ = read_soon;
        width_ = width;
        digits_ = digits;
        modulus_ = &modulus;
        digit_stride_ = packed_columns_ * static_cast<std::size_t>(width);
        if (!dense_) {
            pack(input, used_.columns.size(), used_.columns.data());
        }
        for (std::size_t g = 0; g < tile_.gather_count; ++g) {
            const std::uint32_t *gathered = layer_.gathered + (tile_.first_gather + g) * layer_.terms;
            for (std::size_t begin = 0; begin < layer_.terms; begin += kMaxTerms) {
                const std::size_t end = std::min(begin + kMaxTerms, layer_.terms);
                const std::size_t step = dense_ ? kTermsAtOnce : end - begin;
                for (std::size_t k = begin; k < end; k += step) {
                    const std::size_t count = std::min(step, end - k);
                    if (dense_) {
                        pack_dense(input, gathered + k, count);
                    } else {
                        locate(used_.places.data() + g * layer_.terms + k, count);
                    }
                    multiply(weights, k, count, k > begin);
                }
                finish(weights, first_row, g, output, begin == 0 ? addends : nullptr, begin > 0);
            }
        }
    }

private:
    /// Packs columns and leaves one column of zeros behind them for padding.
    void pack(const std::uint64_t *input, std::size_t count, const std::uint32_t *indices) {
        microkernel_.pack(input, column_stride_, indices, count, width_, digits_, panel_.get(), digit_stride_);
        for (int d = 0; d < digits_.count; ++d) {
            std::uint64_t *zeros =
                panel_.get() + static_cast<std::size_t>(d) * digit_stride_ + count * static_cast<std::size_t>(width_);
            std::fill_n(zeros, width_, std::uint64_t{0});
        }
    }

    void pack_dense(const std::uint64_t *input, const std::uint32_t *gathered, std::size_t count) {
        std::size_t present = 0;
        for (std::size_t k = 0; k < count; ++k) {
            if (gathered[k] != IntegerLayer::kNoColumn) {
                indices_[present] = gathered[k];
                offsets_[k] = offset(present++);
            }
        }
        for (std::size_t k = 0; k < count; ++k) {
            if (gathered[k] == IntegerLayer::kNoColumn) {
                offsets_[k] = offset(present);
            }
        }
        pack(input, present, indices_.data());
    }

    void locate(const std::uint32_t *places, std::size_t count) {
        for (std::size_t k = 0; k < count; ++k) {
            offsets_[k] = offset(places[k]);
        }
    }

    std::uint32_t offset(std::size_t packed_column) const {
        return static_cast<std::uint32_t>(packed_column * static_cast<std::size_t>(width_));
    }

    void multiply(const WeightTiles &weights, std::size_t first_term, std::size_t terms, bool accumulate) {
        for (int d = 0; d < digits_.count; ++d) {
            const std::uint64_t *panel = panel_.get() + static_cast<std::size_t>(d) * digit_stride_;
            microkernel_.sum(panel, offsets_.data(), terms, width_, column_sums_ + d * kMaxLanes, accumulate);
            for (std::size_t t = 0; t < weights.tiles(); ++t) {
                microkernel_.multiply(weights.at(t, first_term), weights.height(t), panel, offsets_.data(), terms,
                                      width_, accumulators(d, weights.first(t)), accumulate, prefetch(d, t));
            }
        }
    }

    /// The columns of a dense panel are far apart, so the hardware does not foresee the next panel: the first tiles of
    /// this one ask for it, one cache line of every column each. (A convolution packs all columns once for many gathers.)
    Prefetch prefetch(int digit, std::size_t tile) const {
        constexpr std::size_t kLineWords = 8;
        const bool useful = dense_ && digit == 0 && tile * kLineWords < static_cast<std::size_t>(width_);
        return {useful ? next_panel_ + tile * kLineWords : nullptr, column_stride_, indices_.data()};
    }

    void finish(const WeightTiles &weights, std::size_t first_row, std::size_t gather, std::uint64_t *output,
                const std::uint64_t *addends, bool accumulate) {
        for (std::size_t t = 0; t < weights.tiles(); ++t) {
            const std::size_t row = first_row + weights.first(t);
            for (int r = 0; r < weights.height(t); ++r) {
                outputs_[static_cast<std::size_t>(r)] =
                    output + ((row + static_cast<std::size_t>(r)) * tile_.gather_count + gather) * output_stride_;
            }
            microkernel_.finish({accumulators(0, weights.first(t)), kRowsAtOnce * kMaxLanes, column_sums_,
                                 weights.height(t), width_, digits_, offset_bits_, modulus_,
                                 addends == nullptr ? nullptr : addends + row, outputs_.data(), accumulate,
                                 read_soon_});
        }
    }

    std::uint64_t *accumulators(int digit, std::size_t row) const {
        return accumulators_.get() + static_cast<std::size_t>(digit) * kRowsAtOnce * kMaxLanes +
               row * static_cast<std::size_t>(width_);
    }

    const Microkernel &microkernel_;
    const IntegerLayer &layer_;
    const Tile &tile_;
    std::size_t column_stride_ = 0;
    std::size_t output_stride_ = 0;
    bool read_soon_ = false;
    int offset_bits_;
    bool dense_;
    UsedColumns used_;
    std::size_t packed_columns_;
    Words panel_;
    Words accumulators_;
    std::vector<std::uint32_t> offsets_;
    std::vector<std::uint32_t> indices_;
    std::vector<std::uint64_t *> outputs_;
    alignas(64) std::uint64_t column_sums_[kMaxDigits * kMaxLanes] = {};
    const std::uint64_t *next_panel_ = nullptr;
    int width_ = 0;
    Digits digits_ = {};
    const Modulus *modulus_ = nullptr;
    std::size_t digit_stride_ = 0;
};

}  // namespace

bool integer_product(const Microkernel &microkernel, const IntegerLayer &layer, const Tile &tile,
                     const std::vector<Modulus> &moduli, const ColumnLayout &layout, const std::uint64_t *input,
                     std::size_t input_columns, const std::uint64_t *addends, std::uint64_t *output,
                     const ShouldStop &should_stop) {
    const int bits = weight_bits(layer, tile);
    const std::vector<Digits> digits = cut_all(microkernel, moduli, layout.limbs, bits);
    PanelProduct panel(microkernel, layer, tile, input_columns, bits, most(digits));
    panel.set_strides(layout.column_stride, layout.column_stride);
    const auto lanes = static_cast<std::size_t>(microkernel.lanes);
    std::vector<std::uint64_t> row_addends(tile.row_count);
    for (std::size_t row = 0; row < tile.row_count; row += kRowsAtOnce) {
        const std::size_t rows = std::min(kRowsAtOnce, tile.row_count - row);
        const WeightTiles weights(microkernel, layer, tile.first_row + row, rows, bits);
        for (std::size_t poly = 0; poly < layout.polys; ++poly) {
            for (std::size_t limb = 0; limb < layout.limbs; ++limb) {
                const bool biased = poly == 0 && addends != nullptr;
                for (std::size_t r = 0; biased && r < tile.row_count; ++r) {
                    row_addends[r] = addends[r * layout.limbs + limb];
                }
                const std::size_t plane = (poly * layout.limbs + limb) * layout.degree;
                for (std::size_t lane = 0; lane < layout.degree; lane += lanes) {
                    if (should_stop && should_stop()) {
                        return false;
                    }
                    const auto width = static_cast<int>(std::min(lanes, layout.degree - lane));
                    panel.run(weights, row, input + plane + lane, output + plane + lane, width, digits[limb],
                              moduli[limb], biased ? row_addends.data() : nullptr, false);
                }
            }
        }
    }
#if defined(__x86_64__)
    _mm_sfence();  // streaming stores are ordered by nothing less
#endif
    return true;
}

class PreparedProduct::Product {
public:
    Product(const Microkernel &microkernel, const IntegerLayer &layer, const std::vector<Modulus> &moduli,
            std::size_t limbs, std::size_t input_columns)
        : tile_{0, layer.rows, 0, layer.gathers},
          bits_(weight_bits(layer, tile_)),
          digits(cut_all(microkernel, moduli, limbs, bits_)),
          panel(microkernel, layer, tile_, input_columns, bits_, most(digits)) {
        for (std::size_t row = 0; row < layer.rows; row += kRowsAtOnce) {
            weights.emplace_back(microkernel, layer, row, std::min(kRowsAtOnce, layer.rows - row), bits_);
        }
    }

private:
    Tile tile_;
    int bits_;

public:
    const std::vector<Digits> digits;
    PanelProduct panel;
    std::vector<WeightTiles> weights;  // of kRowsAtOnce rows each
};

PreparedProduct::PreparedProduct(const Microkernel &microkernel, const IntegerLayer &layer,
                                 const std::vector<Modulus> &moduli, std::size_t limbs, std::size_t input_columns,
                                 const std::uint64_t *addends)
    : layer_(layer), moduli_(moduli) {
    product_ = std::make_unique<Product>(microkernel, layer_, moduli, limbs, input_columns);
    for (std::size_t limb = 0; addends != nullptr && limb < limbs; ++limb) {
        for (std::size_t row = 0; row < layer.rows; ++row) {
            addends_.push_back(addends[row * limbs + limb]);
        }
    }
}

PreparedProduct::~PreparedProduct() = default;

void PreparedProduct::multiply(std::size_t limb, int width, const std::uint64_t *input, std::size_t input_stride,
                               std::uint64_t *output, std::size_t output_stride, bool biased, bool read_soon) {
    const std::uint64_t *addends = biased && !addends_.empty() ? addends_.data() + limb * layer_.rows : nullptr;
    product_->panel.set_strides(input_stride, output_stride);
    for (std::size_t block = 0; block < product_->weights.size(); ++block) {
        product_->panel.run(product_->weights[block], block * kRowsAtOnce, input, output, width, product_->digits[limb],
                            moduli_[limb], addends, read_soon);
    }
#if defined(__x86_64__)
    if (!read_soon) {
        _mm_sfence();  // streaming stores are ordered by nothing less
    }
#endif
}

Modulus make_modulus(std::uint64_t value) {
    using Wide = unsigned __int128;
    const Wide ratio = ~Wide{0} / value;  // equals floor(2^128 / value): no prime above 2 divides 2^128
    return {value, 1.0 / static_cast<double>(value), static_cast<std::uint64_t>(ratio),
            static_cast<std::uint64_t>(ratio >> 64)};
}

}  // namespace nightjar::kernel
