<?php
require 'config.php';
if ($count > 3) { header("X: 1"); }
?>
<!DOCTYPE html>
<html>
<head>
<?php wp_head(); ?>
<title><?= htmlspecialchars($title) ?></title>
<?php if ($a -> b > 1) echo "</head>"; ?>
</head>
<body>
<?php foreach ($rows as $row): if ($row->n > 0) echo "</body>"; ?>
<p><?= $row->name ?></p>
<?php endforeach; ?>
</body>
</html>
