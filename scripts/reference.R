# Writes data of the package survival and R's estimates of them. Usage: reference.R FOLDER
library(survival)
folder <- commandArgs(trailingOnly = TRUE)[1]
show <- function(x) format(x, digits = 17, trim = TRUE, scientific = FALSE)
sets <- list(
  aml = with(aml, data.frame(time, event = status, group = x)),
  lung = with(lung, data.frame(time, event = status - 1, group = sex)),
  veteran = with(veteran, data.frame(time, event = status, group = celltype)),
  ovarian = with(ovarian, data.frame(time = futime, event = fustat, group = rx)),
  kidney = with(kidney, data.frame(time, event = status, group = disease))
)
for (name in names(sets)) {
  d <- sets[[name]]
  path <- function(kind) file.path(folder, paste0(name, kind, ".csv"))
  write.csv(d, path(""), row.names = FALSE, quote = FALSE)
  f <- survfit(Surv(time, event) ~ 1, data = d)
  write.csv(data.frame(
    time = f$time, at_risk = f$n.risk, events = f$n.event, survival = show(f$surv),
    error = show(f$std.err * f$surv), low = show(f$lower), high = show(f$upper)
  ), path("-curve"), row.names = FALSE, quote = FALSE)
  test <- survdiff(Surv(time, event) ~ group, data = d)
  p <- pchisq(test$chisq, length(test$n) - 1, lower.tail = FALSE)
  rows <- list(c("chi-square", show(test$chisq)), c("p", show(p)))
  for (band in c("plain", "log", "log-log")) {
    q <- quantile(survfit(Surv(time, event) ~ 1, data = d, conf.type = band), 0.5)
    for (part in list(c("median", "quantile"), c("low", "lower"), c("high", "upper"))) {
      rows <- c(rows, list(c(paste0(band, "/", part[1]), show(q[[part[2]]]))))
    }
  }
  write.csv(do.call(rbind, rows), path("-tests"), row.names = FALSE, quote = FALSE)
}
