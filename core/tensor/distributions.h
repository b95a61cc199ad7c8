// Quantile functions F^-1(p), p in (0, 1), of the distributions behind synthetic tensors, in double. They
// know nothing of tensors, seeds or parameter names.
#pragma once

#include <vector>

namespace bitloupe {

double laplace_quantile(double p);  // mean 0, scale 1

// Student's t with `df` > 0 degrees of freedom (any real number). Make one per fill: it holds what depends on
// df alone.
class StudentT {
 public:
  explicit StudentT(double df);
  double quantile(double p) const;  // relative error below 1e-11
  // An exact draw from two independent uniforms in (0, 1): Bailey 1994, Math. Comp. 62, p. 779.
  double draw(double u, double v) const;

 private:
  double upper_quantile(double tail) const;
  double log_kernel(double t) const;
  double df_;
  double log_beta_;  // log B(df/2, 1/2)
};

// Weighted normal components; a standard deviation of 0 is a point mass.
struct NormalComponent {
  double mean = 0, std = 1, weight = 1;
};

class NormalMixture {
 public:
  explicit NormalMixture(std::vector<NormalComponent> components);  // weights are normalised to sum 1
  double quantile(double p) const;
  double draw(double u, double v) const;  // v picks the component, u the value in it

 private:
  double excess(double x, double p) const;
  double density(double x) const;
  std::vector<NormalComponent> components_;
};

}  // namespace bitloupe
